//! Every target over its seeds and over a fixed number of mutations of them: seconds, not a campaign.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use std::{fs, panic, path::Path};

const MUTATIONS: u64 = 1_500;
const MAX_BYTES: usize = 4096;

/// Splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }
}

/// Changes, drops, doubles, inserts bytes, and joins two seeds.
fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let len = random.below(9).min(bytes.len() - at);
        match random.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => drop(bytes.drain(at..at + len)),
            2 => {
                let copy = bytes[at..at + len].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            3 => bytes.insert(at, random.next().to_le_bytes()[0]),
            4 => bytes.insert(at, b"<>/!-=\"' s[]\0\xFF"[random.below(14)]),
            _ => {
                let other = &seeds[random.below(seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
            }
        }
        bytes.truncate(MAX_BYTES);
    }
    bytes
}

#[test]
fn every_target_holds_over_its_seeds_and_their_mutations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in attune_fuzz::TARGETS {
        let mut paths: Vec<_> = fs::read_dir(folder.join(name)).unwrap().map(|file| file.unwrap().path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "{name} has no seeds");
        let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        let run = |input: &[u8], from: &str| {
            assert!(panic::catch_unwind(|| target(input)).is_ok(), "{name}, {from}: {}", input.escape_ascii());
        };
        for (path, seed) in paths.iter().zip(&seeds) {
            run(seed, &path.display().to_string());
        }
        let mut random = Random(1);
        for round in 0..MUTATIONS {
            run(&mutate(&seeds, &mut random), &format!("mutation {round}"));
        }
    }
}

#[test]
fn every_target_has_a_libfuzzer_binary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in attune_fuzz::TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in libfuzzer/Cargo.toml");
        let binary = fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(binary.contains(&format!("attune_fuzz::{name}")), "{name}");
    }
}
