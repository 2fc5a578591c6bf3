//! What commands read: files, standard input, times, URLs, key rings, visitors.

mod file;
mod key_ring;
mod lines;
mod page_url;
mod time;
mod visitor;

pub use file::{read, read_text};
pub use key_ring::read as read_key_ring;
pub use lines::{Block, Lines};
pub use page_url::path_and_query;
pub use time::{moment, now_s, parse as parse_moment};
pub use visitor::{from_json as visitor_from_json, offset_min, read as read_visitor, read_personas};
