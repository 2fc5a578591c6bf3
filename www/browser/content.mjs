/** What an element shows. */

/** What a reader gets of an element. @param {Element} element */
export const printOf = (element) => {
  const addresses = Array.from(element.querySelectorAll("[src],[href]"), (part) => [part.getAttribute("src"), part.getAttribute("href")]);
  return JSON.stringify([element.textContent?.replace(/\s+/g, " ").trim(), addresses]);
};
/** Whether what was put into it is still in it. @param {Element} element */
export const marked = (element) => /<!--attune-->|\sdata-attune=/.test(element.innerHTML);
