//! What the standard library would bring: memory, and an end for panics.
//!
//! Without it nothing writes the text of a panic, which nobody could read here, so the linker leaves out the texts, the
//! places, and all code that puts them together.

use core::panic::PanicInfo;
use dlmalloc::GlobalDlmalloc;

/// The allocator that the standard library has on this target.
#[global_allocator]
static MEMORY: GlobalDlmalloc = GlobalDlmalloc;

/// A trap: the shim throws the instance away.
#[panic_handler]
fn trap(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
