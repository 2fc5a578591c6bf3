// The typed queue in front of the script that the site serves: calls wait until it is there. On a server nothing is called.

/** @type {import("./browser.js").AttuneQueue & Partial<import("./browser.js").AttuneApi> | undefined} */
const page = typeof window === "undefined" ? undefined : (window.attune ??= {});

/** @param {string} name @param {unknown[]} args @returns {Promise<any>} */
const call = (name, ...args) =>
  new Promise((resolve, reject) => {
    if (!page) return;
    // The script puts another object there.
    const { attune: api = page } = window;
    try {
      if (name in api) resolve(api[name](...args));
      else (api.q ??= []).push([name, args, resolve]);
    } catch (error) {
      reject(error);
    }
  });

export const attune = {
  track: (name, params) => void call("track", name, params),
  identify: (token) => call("identify", token),
  consent: (choice) => call("consent", choice),
  forget: () => call("forget"),
  plan: (options) => call("plan", options),
  ready: () => call("ready"),
  on(type, listener) {
    let isOn = true;
    const off = call("on", type, (news) => isOn && listener(news));
    return () => {
      isOn = false;
      off.then((end) => end());
    };
  },
};
