//! End tags that close nothing where they stand, and start tags that make no element: what a browser does with them decides
//! what is a slot. Every page is compared with html5ever's tree too.
use crate::{
    differential::{Compare, disagreements},
    splicing::{html_slot, splice_all_sizes},
};
use attune_core::html::Outcome;

/// What became of the slots `s="0"`, `s="1"`, … of a page: the number, then `filled` or why not.
fn fates(page: &str) -> Vec<String> {
    let slots: Vec<_> = (0..9).map(|slot| html_slot(&format!("[s=\"{slot}\"]"), "!")).collect();
    let spliced = splice_all_sizes(page.as_bytes(), &slots, None);
    let found = disagreements(page, 9, Compare::Slots);
    assert!(found.is_empty(), "{page}\n{}", found.join("\n"));
    let fate = |outcome: &Outcome| match outcome {
        Outcome::Filled { slot, .. } => format!("{slot} filled"),
        Outcome::GivenUp { slot, reason } => format!("{slot} {}", reason.as_str()),
    };
    spliced.outcomes.iter().map(fate).collect()
}

fn check(pages: &[(&str, &[&str])]) {
    for (page, expected) in pages {
        assert_eq!(fates(page), *expected, "{page}");
    }
}

/// The page with `^` inserted.
fn inserted(page: &str) -> String {
    String::from_utf8(splice_all_sizes(page.as_bytes(), &[html_slot("[s=\"0\"]", "!")], Some("^")).html).unwrap()
}

/// What follows is read as SVG or as HTML, and nobody here knows which: in one of them the slot is a text of the script.
const SCRIPT: &str = "<script>x=\"<div s=\"0\">a</div>\"</script>";

#[test]
fn after_an_end_tag_that_may_leave_svg_nothing_is_filled() {
    for page in [
        "<icon><svg></icon>",
        "<icon><math></icon>",
        "<x-icon><svg><g></x-icon>",
        "<a><svg><path/></a>",
        "<b><svg></b>",
        "<div><svg></div>",
        "<ul><li><svg></li>",
        "<dl><dt><svg></dt>",
        "<h1><svg></h1>",
        "<h1><svg></h3>",
        "<label><math><mrow></label>",
        "<form><svg></form>",
        "<button><svg></button>",
        "<select><svg></select>",
        "<object><svg></object>",
        "<path><p><svg></path>",
        "<table><tr><td><svg></td>",
        "<table><tr><td><svg></tr>",
        "<table><td><svg></tbody>",
        "<table><caption><svg></caption>",
        "<table><tr><td><svg></table>",
        // No place for HTML in the SVG keeps these in.
        "<table><tr><td><svg><desc></td>",
        "<table><tr><td><svg><foreignObject><p></tr>",
        // By the standard these do keep a `<span>` in, and not in every parser.
        "<span><svg><desc></span>",
        "<label><math><mi></label>",
        "<div><math><annotation-xml></div>",
        "<h1><math><annotation-xml></h1>",
        "<template><svg></template>",
        "<template><svg><desc></template>",
        "<template><em><svg></em></template>",
        // A `<span>` more than the end tags say is open.
        "<span><div></span></div><svg></span>",
        "<span><p></span></p><svg></span>",
        "<label><section></label></section><math></label>",
        "<icon><div></icon></div><svg></icon>",
        "<div><table><tr><td></div></table><svg></div>",
        "<div><object></div></object><svg></div>",
        "<div><template></div></template><svg></div>",
        "<i><table><tr><td></i></table><svg></i>",
        "<table><i><tr><td></i></table><svg></i>",
        "<b><b><b><b><p></b></b></b></b><svg></b>",
        "<ul><li><ul></li></ul><svg></li>",
        "<select><object><input></object><svg></select>",
        "<div s=\"2\"><a></div><svg></a>",
    ] {
        let page = format!("<!doctype html>{page}{SCRIPT}<p><section s=\"1\">b</section>");
        let fates = fates(&page);
        assert!(!fates.iter().any(|fate| matches!(fate.as_str(), "0 filled" | "1 filled")), "{page}: {fates:?}");
        assert_eq!(fates.last().map(String::as_str), Some("1 unsure"), "{page}");
    }
}

#[test]
fn an_end_tag_that_surely_closes_nothing_stays_in_svg() {
    for page in [
        "<svg></x-y>",
        "<svg></path>",
        "<svg><path/></path></circle></use>",
        "<svg><g></svg></g><svg></g>",
        "<math></mrow>",
        "<svg></div></section></ul></li></dd></h2></a></b></form></table></td></template></select></object>",
        "<svg></script></style></title></textarea></img></input>",
        "<svg></head></html>",
        "<x-a></x-a><svg></x-b>",
        "<div></div><svg></div>",
        "<a><a></a><svg></a>",
        "<a><b></b></a><svg></a></b>",
        "<table><tr><td><div></div><b></b></table><svg></div></b></td></tr></table>",
        "<table><tr><td><form></form><svg></form>",
        "<template><span><section></template><svg></section></span></template>",
        "<div><svg><foreignObject></div>",
        "<ul><li></li></ul><svg></li></ul>",
    ] {
        let closes = if page.contains("<math") { "</math>" } else { "</foreignObject></desc></svg>" };
        let page = format!("<!doctype html>{page}<g s=\"0\">a</g><p></p>{closes}<div s=\"1\">b</div>");
        let page = page.replace("<p></p>", "");
        assert_eq!(fates(&page).last().map(String::as_str), Some("1 filled"), "{page}");
        assert!(!fates(&page).contains(&"0 filled".to_owned()), "{page}");
    }
}

#[test]
fn svg_deeper_than_can_be_remembered_is_not_left() {
    let deep = "<g>".repeat(1000);
    let long = format!("<{}>", "x".repeat(60));
    for inside in [deep, long] {
        let page = format!("<!doctype html><svg>{inside}<g s=\"0\">a</g></svg><div s=\"1\">b</div>");
        assert!(!fates(&page).iter().any(|fate| fate.ends_with("filled")));
    }
    let cell = "<!doctype html><table><td><svg><desc><td><script>'<div s=\"0\">a</div>'</script></table>";
    assert!(!fates(cell).iter().any(|fate| fate.ends_with("filled")));
}

#[test]
fn after_such_an_end_tag_the_insertion_is_at_the_end_or_nowhere() {
    for (page, expected) in [
        // A `<div>` is HTML in any case.
        ("<icon><svg></icon><div></div></body></html>", "<icon><svg></icon><div></div></body></html>^"),
        ("<icon><svg></icon></svg></body>", "<icon><svg></icon></svg></body>^"),
        ("<icon><svg></icon></p><script>'</body>'</script>", "<icon><svg></icon></p><script>'</body>'</script>^"),
        ("<icon><svg></icon></body>", "<icon><svg></icon></body>"),
        ("<icon><svg></icon><script>'</body>'</script></body>", "<icon><svg></icon><script>'</body>'</script></body>"),
        ("<icon><svg></icon><style></style><p></body>", "<icon><svg></icon><style></style><p></body>"),
        ("<icon><svg></icon><![CDATA[<p>]]><p></body>", "<icon><svg></icon><![CDATA[<p>]]><p></body>"),
        ("<icon><svg></icon><math></math><p></body>", "<icon><svg></icon><math></math><p></body>"),
        // In SVG a script is another element.
        ("<svg></body>", "<svg></body>"),
        ("<svg></body></svg>", "<svg></body></svg>^"),
        ("<svg></body><p>", "<svg></body><p>^"),
        ("<svg><g></g></x-y></svg></body>", "<svg><g></g></x-y></svg>^</body>"),
        ("<icon><svg></icon><template><p></body>", "<icon><svg></icon><template><p></body>"),
        // An open `<label>` is remembered.
        (
            "<icon><svg></icon><label><p></label><svg></label><style></style></svg><p>",
            "<icon><svg></icon><label><p></label><svg></label><style></style></svg><p>",
        ),
        ("<template><p>", "<template><p>"),
    ] {
        assert_eq!(inserted(page), expected);
    }
}

#[test]
fn a_select_in_a_select_is_no_slot() {
    check(&[
        ("<select><select s=\"0\"><option>a</select>", &["0 not-fillable"]),
        (
            "<select><option>b<select s=\"0\"></select><select s=\"1\"><option>a</select>",
            &["0 not-fillable", "1 filled"],
        ),
        ("<select></select><select s=\"0\"><option>a</select>", &["0 filled"]),
        ("<select><object><input></object><select s=\"0\"><option>a</select>", &["0 not-fillable"]),
        ("<select s=\"0\"><option>a<select>b</select>", &["0 implied-end"]),
        ("<select s=\"0\"><option>a<input><p s=\"1\">", &["0 implied-end", "1 not-fillable"]),
        ("<div s=\"0\"><select><select></select></div>", &["0 filled"]),
        ("<table><math><svg><mi><form></svg>", &[]),
        ("<form><form s=\"0\">a</form>", &["0 not-fillable"]),
        ("<form><template></form></template><form s=\"0\">a</form>", &["0 not-fillable"]),
        ("<ul s=\"0\"><form><li>x</ul><form s=\"1\">y</form>", &["0 filled", "1 not-fillable"]),
        ("<form s=\"0\">a</form><form s=\"1\">a</form>", &["0 filled", "1 filled"]),
        ("<form><div s=\"0\"><form>a</form></div>", &["0 stray-end-tag"]),
    ]);
}

#[test]
fn a_table_that_is_the_slot_is_filled() {
    check(&[
        ("<table s=\"0\"><tr><td>a</table>", &["0 filled"]),
        ("<table s=\"0\"></table><div s=\"1\">b</div>", &["0 filled", "1 filled"]),
        (
            "<table s=\"0\"><caption>c</caption><colgroup><col></colgroup><thead><tr><th>h<tbody><tr><td>a<tr><td>b</table>",
            &["0 filled"],
        ),
        (
            "<table s=\"0\"><col><tr><td>a</tr></td></tbody></table><table><td><div s=\"1\">b</div></table>",
            &["0 filled", "1 filled"],
        ),
        ("<table><tr><td><table s=\"0\"><td>a</table></table>", &["0 filled"]),
        ("<table s=\"0\"><tr><td><table><tr><td>a</table></table>", &["0 filled"]),
        ("<table s=\"0\"><form><tr><td><input></form></table>", &["0 filled"]),
        ("<table s=\"0\"><script>1</script><style></style><template><p></template><tr><td></table>", &["0 filled"]),
        // Another table in it, but in no cell, ends it.
        ("<table s=\"0\"><tr><table><td>a</table></table>", &["0 implied-end"]),
        ("<table s=\"0\"><td>a</tr><table>b</table>c</table>", &["0 implied-end"]),
        ("<table><table s=\"0\"><td>a</table>", &["0 in-table"]),
        // What a browser moves out of the table would be lost with it.
        ("<table s=\"0\"><div>a</div><tr><td></table>", &["0 moved-out"]),
        ("<table s=\"0\"><tr><b>a</b><td></table>", &["0 moved-out"]),
        ("<table s=\"0\"><tr></p><td></table>", &["0 moved-out"]),
        ("<table s=\"0\"><tr></br><td></table>", &["0 moved-out"]),
        ("<table s=\"0\"><svg></svg></table>", &["0 moved-out"]),
        ("<table s=\"0\"> \n<tr> <td>a</td>&nbsp;</tr></table>", &["0 moved-out"]),
        ("<table s=\"0\"><tr> < <td>a</table>", &["0 moved-out"]),
        ("<table><tr s=\"0\"><td><div s=\"1\">a</div></table>", &["0 not-fillable", "1 filled"]),
    ]);
}

#[test]
fn a_stray_end_tag_that_a_browser_ignores_gives_no_slot_up() {
    check(&[
        ("<div s=\"0\">a</span>b</div>", &["0 filled"]),
        ("<span><div s=\"0\">a</span>b</div>", &["0 filled"]),
        ("<x-a><section s=\"0\">a</x-a></x-b></path></section>", &["0 filled"]),
        ("<div s=\"0\"><svg><path/></path></circle></svg></div>", &["0 filled"]),
        ("<div s=\"0\">a</b></a></strong></font>b</div>", &["0 filled"]),
        ("<b>x</b><a>y</a><div s=\"0\">a</b></a>b</div>", &["0 filled"]),
        ("<section></section><main s=\"0\">a</section></div>b</main>", &["0 filled"]),
        ("<table><tr><td><div></div><i></i></table><main s=\"0\">a</div></i>b</main>", &["0 filled"]),
        ("<template><div></template><main s=\"0\">a</div></template>b</main>", &["0 filled"]),
        ("<div s=\"0\">a</td></tr></table></caption></colgroup></col>b</div>", &["0 filled"]),
        (
            "<div s=\"0\">a</li></dd></dt></option></rt></h2></form></select></button></object></head></frameset>b</div>",
            &["0 filled"],
        ),
        ("<ul><li>x</ul><ul s=\"0\">a</li>b</ul>", &["0 filled"]),
        ("<div s=\"0\"><p>a</b></h1></p></p>b</div>", &["0 filled"]),
        ("<div><object s=\"0\">a</div>b</object></div>", &["0 filled"]),
        ("<x-a s=\"0\">a</x-b></span>b</x-a>", &["0 filled"]),
        ("<table><tr><td><table s=\"0\"><tr><td></caption></table></table>", &["0 filled"]),
    ]);
}

#[test]
fn a_stray_end_tag_that_may_close_what_is_around_gives_the_slot_up() {
    check(&[
        ("<section><div s=\"0\">a</section>b</div>", &["0 stray-end-tag"]),
        ("<b><div s=\"0\">a</b>b</div>", &["0 stray-end-tag"]),
        // It is opened again in the slot.
        ("<p><b>x</p><div s=\"0\">a</b>b</div>", &["0 stray-end-tag"]),
        ("<table><i><tr><td></i></table><div s=\"0\">a</i>b</div>", &["0 stray-end-tag"]),
        ("<x-a><span s=\"0\">a</x-a>b</span>", &["0 stray-end-tag"]),
        ("<div><table><tr><td></div></table><main s=\"0\">a</div>b</main>", &["0 stray-end-tag"]),
        ("<div><object></div></object><main s=\"0\">a</div>b</main>", &["0 stray-end-tag"]),
        ("<div><template></div></template><main s=\"0\">a</div>b</main>", &["0 stray-end-tag"]),
        ("<table><tr><td><div s=\"0\">a</td>b</div>", &["0 stray-end-tag"]),
        ("<table><td><div s=\"0\">a</tbody>b</div>", &["0 stray-end-tag"]),
        ("<h1><span s=\"0\">a</h3>b</span>", &["0 stray-end-tag"]),
        ("<ul><li><div s=\"0\">a</li>b</div>", &["0 stray-end-tag"]),
        ("<ul><li><ul></li></ul><div s=\"0\">a</li>b</div>", &["0 stray-end-tag"]),
        ("<form><div s=\"0\">a</form>b</div>", &["0 stray-end-tag"]),
        ("<div s=\"0\">a</div>b</body>", &["0 filled"]),
        ("<div s=\"0\">a</body>b</div>", &["0 stray-end-tag"]),
        ("<div s=\"0\"><x-c></div></x-c><x-c><span s=\"1\">a</x-c>b</span>", &["0 filled", "1 stray-end-tag"]),
        (
            "<section><div s=\"0\"><x-c></section></div><span s=\"1\">a</x-c>b</span>",
            &["0 stray-end-tag", "1 stray-end-tag"],
        ),
    ]);
}

#[test]
fn what_a_formatting_element_leaves_open_is_told_from_what_it_closes() {
    check(&[
        // `</b>` closes the inner dialog too.
        ("<dialog s=\"0\"><b><ul><div><dialog></b></dialog><p s=\"1\">", &["0 filled", "1 not-fillable"]),
        ("<x-card s=\"0\"><i><x-card><section></i></section></x-card><p s=\"1\">", &["0 filled", "1 not-fillable"]),
        // What was open in the template is forgotten with it: the end tag is the slot's.
        ("<strong s=\"0\"><template><strong></template><ul></strong></ul></strong>", &["0 stray-end-tag"]),
        ("<b s=\"0\"><table><tr><td><b></table><ul></b></ul></b>", &["0 stray-end-tag"]),
        // The `<b>` is opened again before the SVG, and ends with it.
        ("<section s=\"0\"><p><b></p><svg></b><script>'</section>'</script></section>", &["0 stray-end-tag"]),
        // The second heading stands in the `<b>` that is opened again, and does not end the first.
        ("<section s=\"0\"><h1><p><b></p><h2></h2></section>", &["0 implied-end"]),
        // The `<b>` is opened again in the `<desc>`, which its end tag does not end then.
        ("<svg><desc><p><b></p>x</desc></svg><script>'<div s=\"0\">a</div>'</script>", &[]),
    ]);
}

#[test]
fn a_template_that_holds_anything_else_takes_no_parts_of_a_table() {
    for page in [
        "<desc s=\"0\"><template><svg><template><desc><p><td><div></div></template>",
        "<desc s=\"0\"><template><svg><template><font><path><desc><p><tbody><desc><td><svg><style>'<div s=\"1\">a</div>'</style></template>",
    ] {
        let page = format!("<!doctype html>{page}");
        assert!(fates(&page).contains(&"0 end-of-file".to_owned()), "{page}");
        assert_eq!(inserted(&page), page);
    }
    check(&[
        ("<div s=\"0\"><template><td><svg></td></template></div>", &["0 filled"]),
        ("<div s=\"0\"><template><tr><td>a<td>b</tr></template></div>", &["0 filled"]),
    ]);
}

#[test]
fn svg_in_a_colgroup_ends_it_and_goes_on_after_its_end_tag() {
    let page = "<!doctype html><object s=\"0\"><table><p><div><colgroup><svg></colgroup><mi><mi>";
    assert_eq!(fates(page), ["0 end-of-file"]);
    assert_eq!(inserted(page), page);
    check(&[
        ("<div s=\"0\"><table><colgroup><col></colgroup><tr><td>a</table></div>", &["0 filled"]),
        ("<div s=\"0\"><table><colgroup><template></template></colgroup><tr><td>a</table></div>", &["0 filled"]),
    ]);
}

#[test]
fn a_form_in_which_a_formatting_element_goes_on_is_no_slot() {
    check(&[
        ("<form s=\"0\"><div><a></div>x</form>x", &["0 stray-end-tag"]),
        ("<form s=\"0\"><div><a></a></div>x</form>x", &["0 filled"]),
    ]);
}

#[test]
fn the_end_of_a_form_ends_a_paragraph_or_an_item_in_it() {
    check(&[
        (
            "<x-a><dialog s=\"0\"><x-a><form><dialog></x-a><dt></form></x-a><div></dialog><ul s=\"1\"></ul></dialog>",
            &["0 filled", "1 filled"],
        ),
        ("<div s=\"0\"><form><p>a</form></p></div><ul s=\"1\"></ul>", &["0 filled", "1 filled"]),
    ]);
}

#[test]
fn ruby_around_a_slot_may_end_an_item_in_it() {
    check(&[
        ("<ruby><li><div><article s=\"0\"><li><dt><rt></rt></dt></li></article>", &["0 implied-end"]),
        ("<ruby><div s=\"0\"><rt>a</rt></div></ruby>", &["0 filled"]),
        ("<ruby></ruby><div s=\"0\"><p><ruby>a<rt>b</ruby></p></div>", &["0 filled"]),
        ("<select><div s=\"0\"><option>a<option>b</div></select>", &["0 filled"]),
    ]);
}
