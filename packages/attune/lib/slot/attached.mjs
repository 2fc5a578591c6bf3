/** A content in an element, as an action of Svelte. @param {Element} element @param {import("./foreign.mjs").Content | undefined} content */
export const attached = (element, content) => {
  let detach = content?.attach(element);
  return {
    update(next) {
      detach?.();
      detach = next?.attach(element);
    },
    destroy: () => detach?.(),
  };
};
