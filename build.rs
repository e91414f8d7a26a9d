//! Tells the linker of the browser's half not to merge equal constants.
//!
//! A constant that is merged counts once for each file that the release is split into. The sum is then
//! longer than the data was, and the splitter puts all data into the main file, with the sentences of
//! pages that nobody has opened.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("TARGET").is_ok_and(|target| target.starts_with("wasm32")) {
        println!("cargo:rustc-link-arg-cdylib=-O0");
    }
}
