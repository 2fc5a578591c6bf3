//! Sessions in one buffer.

use std::io::{Read, Write};

/// Sessions in one buffer.
#[derive(Debug, Clone, Default)]
pub struct Sessions {
    /// Where each session begins in `items`; one more than there are sessions.
    pub offsets: Vec<u32>,
    /// Clicked products, in order of time.
    pub items: Vec<u32>,
    /// Time of the last click of each session, in ms.
    pub ends_ms: Vec<i64>,
    /// Whether these are baskets, in which order means nothing.
    pub baskets: bool,
}

impl Sessions {
    /// Number of sessions.
    pub fn len(&self) -> usize {
        self.ends_ms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends_ms.is_empty()
    }

    /// Products of each session, in order of time.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.offsets.windows(2).map(|ends| match ends {
            [from, to] => self.items.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        })
    }

    /// Adds a session at the end.
    pub fn push(&mut self, items: &[u32], end_ms: i64) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.items.extend_from_slice(items);
        // Chunks are cut far below 2^32 clicks.
        self.offsets.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        self.ends_ms.push(end_ms);
    }

    /// The sessions whose last click is at or after `from_ms` and before `to_ms`.
    #[must_use]
    pub fn between(&self, from_ms: i64, to_ms: i64) -> Self {
        let mut part = Self { baskets: self.baskets, ..Self::default() };
        for (items, end_ms) in self.iter().zip(&self.ends_ms) {
            if (from_ms..to_ms).contains(end_ms) {
                part.push(items, *end_ms);
            }
        }
        part
    }

    pub(super) fn write(&self, to: &mut impl Write) -> std::io::Result<()> {
        for (items, end_ms) in self.iter().zip(&self.ends_ms) {
            to.write_all(&end_ms.to_le_bytes())?;
            to.write_all(&u32::try_from(items.len()).unwrap_or(u32::MAX).to_le_bytes())?;
            for item in items {
                to.write_all(&item.to_le_bytes())?;
            }
        }
        Ok(())
    }

    pub(super) fn read(from: &mut impl Read, baskets: bool) -> std::io::Result<Self> {
        let mut sessions = Self { baskets, ..Self::default() };
        let (mut end, mut number, mut items) = ([0; 8], [0; 4], Vec::new());
        loop {
            match from.read_exact(&mut end) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(sessions),
                Err(error) => return Err(error),
            }
            from.read_exact(&mut number)?;
            items.clear();
            for _ in 0..u32::from_le_bytes(number) {
                from.read_exact(&mut number)?;
                items.push(u32::from_le_bytes(number));
            }
            sessions.push(&items, i64::from_le_bytes(end));
        }
    }
}
