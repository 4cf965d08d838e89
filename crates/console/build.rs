//! Notices a console that was built after this crate.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
