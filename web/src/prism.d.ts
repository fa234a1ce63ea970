// What the highlighter uses of Prism, which brings no types of its own.
declare module "prismjs/components/prism-core" {
  export interface PrismToken {
    readonly type: string;
    readonly content: PrismStream;
  }
  export type PrismStream = string | PrismToken | readonly (string | PrismToken)[];
  const Prism: { languages: Record<string, object>; tokenize(text: string, grammar: object): readonly (string | PrismToken)[] };
  export default Prism;
}
declare module "prismjs/components/*";
