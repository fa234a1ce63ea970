// Prism reads this when it is loaded: in a worker, it would answer messages by itself.
(self as unknown as { Prism: object }).Prism = { manual: true, disableWorkerMessageHandler: true };

export {};
