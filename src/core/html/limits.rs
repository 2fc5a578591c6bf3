//! Limits of the slot scanner, checked when a value is made and when it is read back.

/// Longest stream state, in bytes.
pub const MAX_STATE_BYTES: usize = 4096;
/// Longest encoded list of slots inside a state, in bytes.
pub const MAX_TARGETS_BYTES: usize = 2176;
/// Most slots that one stream fills.
pub const MAX_SLOTS: usize = 64;
/// Most parts (`#id`, `.class`, `[attr]`, …) of one selector, its tag not counted.
pub const MAX_SELECTOR_PARTS: usize = 8;
/// Most distinct parts over all selectors of one stream.
pub const MAX_PARTS: usize = 128;
/// Most distinct attribute names over all selectors of one stream.
pub const MAX_ATTRIBUTE_NAMES: usize = 64;
/// Longest tag or attribute name that a selector can hold, in bytes.
pub const MAX_NAME_BYTES: usize = 64;
/// Longest attribute value, id or class that a selector can hold, in bytes.
pub const MAX_VALUE_BYTES: usize = 128;
/// Longest attribute value, as written in the page, that can match a selector, in bytes.
pub const MAX_RAW_VALUE_BYTES: usize = 256;
/// Most bytes held from a filled slot's start tag up to and including its own end tag.
pub const MAX_HELD_BYTES: usize = 64 * 1024;
/// Most bytes that the elements open inside one slot take in the state.
pub const MAX_OPEN_BYTES: usize = 832;
/// Longest name of an element that is not one of HTML's own and stays open inside a slot, in bytes.
pub const MAX_OPEN_NAME_BYTES: usize = 48;
/// Most element edits of one slot.
pub const MAX_EDITS: usize = 32;
/// Most attributes that one element edit sets: 16 of the content, and the page script's mark.
pub const MAX_EDIT_ATTRIBUTES: usize = 17;
