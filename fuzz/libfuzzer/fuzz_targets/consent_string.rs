//! `consent_string`: see `attune_fuzz::TARGETS`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| attune_fuzz::consent_string(data));
