// The page's icons: outlines of 1.5 px on a 20 px grid, in the colour of the text.

const PATHS = {
  send: "M10 16V4M5 9l5-5 5 5",
  stop: "M6 6h8v8H6z",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  check: "M4 10.5l4 4 8-9",
  again: "M15.5 7A6.3 6.3 0 1 0 16 11.5M16 3.5V7.5h-4",
  plus: "M10 4v12M4 10h12",
  sun: "M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM10 2v1.5M10 16.5V18M2 10h1.5M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M15.700 4.300l-1.100 1.100M5.400 14.600l-1.100 1.100",
  moon: "M16 11.800A6.500 6.500 0 0 1 8.200 4 6.500 6.500 0 1 0 16 11.800z",
  screen: "M3 4h14v9H3zM7.500 16.500h5M10 13v3.500",
  globe: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c-4.500 4.500-4.500 9.500 0 14 4.500-4.500 4.500-9.500 0-14z",
  down: "M10 4v12M5 11l5 5 5-5",
  fold: "M8 5.500l4.500 4.500L8 14.500",
  warning: "M10 3.500l7 12.500H3zM10 8.500v3.500M10 14v.300",
  image: "M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M12.500 7.500v.100",
  key: "M7 9.500a3.500 3.500 0 1 0 0 .100zM10.500 10H17v3M14 10v2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
