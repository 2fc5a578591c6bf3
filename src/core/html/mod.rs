//! The slot scanner: finds slots in an HTML byte stream and says where to splice.
//!
//! [`scan_start`] makes the state of a stream, a plain value that the caller keeps; [`scan`] reads one
//! chunk and says which pending bytes to send and which slot to fill ([`Op`]). The scanner sees every
//! byte once, remembers at most [`limits::MAX_STATE_BYTES`], and never copies the page.
//! [`Splicer`] applies the steps for callers in Rust; [`edit_elements`] changes single elements of a
//! slot that is held.
//!
//! It is a tokenizer, not a tree builder. Outside slots it tracks only what decides how bytes are read
//! (raw text, SVG, `MathML`) and a few facts about the surroundings; inside the slot being held, the open
//! elements. Whatever it does not understand keeps the origin's bytes.
mod codec;
mod edit;
mod element;
mod inert;
pub mod limits;
mod named;
mod op;
mod open;
mod opening;
mod prefix;
mod print;
mod references;
mod scanner;
mod selector;
mod splice;
mod state;
mod stream;
mod targets;
mod tokenizer;

pub use edit::{EditError, Edited, ElementEdit, Unmet, decode_edits, edit_elements, encode_edits};
pub(crate) use edit::{EditOf, EditText, check_attribute, encode_checked};
pub(crate) use inert::{is_inert, is_inert_attribute};
pub use op::{GiveUpReason, Op};
pub use opening::{Opening, opening};
pub(crate) use print::holds_text;
pub use print::{print_hash, text_hash, value_hash};
pub use references::ascii_references;
pub(crate) use scanner::scan_start_of;
pub use scanner::{MAX_CHUNK_BYTES, scan, scan_start, scan_to_bytes};
pub use selector::{Selector, SelectorError, SelectorPart};
pub use splice::{Outcome, SlotContent, SpliceError, Splicer};
pub use state::ScanError;
pub use targets::{SlotTarget, TargetsError};
