//! Bars of block characters.

/// A bar of `width` characters, filled to an eighth of a character.
pub fn bar(part: u64, whole: u64, width: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = if whole == 0 { 0 } else { (part.min(whole) * width * 8).div_ceil(whole) };
    let mut text = "█".repeat(usize::try_from(eighths / 8).unwrap_or(0));
    text.push_str(EIGHTHS.get(usize::try_from(eighths % 8).unwrap_or(0)).copied().unwrap_or(""));
    let filled = eighths.div_ceil(8);
    text.push_str(&" ".repeat(usize::try_from(width.saturating_sub(filled)).unwrap_or(0)));
    text
}
