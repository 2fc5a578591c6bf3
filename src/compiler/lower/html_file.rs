//! The HTML files that contents and cards name.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{File, Place, Text};
use crate::suggest;
use std::collections::BTreeSet;

/// The text of the file, which is noted in `files`; one that is not there is reported.
pub(super) fn html_file<'f>(path: Text<'_>, files: &mut BTreeSet<String>, sink: &mut Sink<'f>) -> Option<Text<'f>> {
    let all: &'f [File] = sink.files();
    files.insert(path.decoded.to_owned());
    let found = all.iter().position(|file| file.path == path.decoded && file.has_extension("html"));
    let Some((index, file)) = found.and_then(|index| Some((index, all.get(index)?))) else {
        let known = all.iter().filter(|file| file.has_extension("html")).map(|file| file.path.as_str());
        sink.report(
            Code::NoFile,
            path.place,
            format!("there is no file {}", path.decoded),
            suggest::help(path.decoded, known, "create it in the folder content/"),
        );
        return None;
    };
    Some(Text { decoded: &file.text, place: Place::new(index, 0..file.text.len()), quoted: false })
}
