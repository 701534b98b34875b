//! docs/faults.md names a test for each fault: every name there is a test that exists.

use std::fs;
use std::path::Path;

fn read_all(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_guide_names_exists() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    read_all(&base.join("tests"), &mut source);
    read_all(&base.join("src"), &mut source);
    let guide = fs::read_to_string(base.join("docs/faults.md")).unwrap();
    let named: Vec<&str> = guide
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.matches('_').count() >= 3 && !word.contains(' '))
        .collect();
    assert!(named.len() > 40, "the guide names only {} tests", named.len());
    let missing: Vec<&str> =
        named.into_iter().filter(|name| !source.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}
