// What a trial calls the places of a page.

/** The last place of a page. On this machine it is put behind the page; a site gets it by writing it before `</body>`. */
export const NOTICE = '<aside data-slot="page-end"></aside>';

/** Elements that the engine does not fill: where they end is not certain, or they have no content. */
export const NEVER_FILLED = new Set(
  ("html head body p li dt dd option optgroup table caption colgroup thead tbody tfoot tr td th rb rt rtc rp script style textarea title xmp " +
    "iframe noembed noframes noscript plaintext template svg math area base br col embed hr img input link meta param source track wbr").split(" "),
);

/** Most bytes of an element that the engine fills, with some room for what changes. */
export const SLOT_BYTES_MAX = 60 * 1024;
