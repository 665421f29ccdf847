use insta::assert_snapshot;

use super::Stack;

#[test]
fn nothing_is_there() {
    assert_snapshot!(Stack::new().run(&["status"]));
}

#[test]
fn what_is_there() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start", "--name", "first"]).run();
    assert_snapshot!(without_times(&stack.run(&["status"])));
    assert_snapshot!(without_times(&stack.run(&["status", "--output", "json", "--quiet"])));
}

fn without_times(text: &str) -> String {
    let is_time = |word: &str| word.len() >= 20 && word.ends_with('Z') && word.starts_with("20");
    let words = text.split_inclusive([' ', '"']).map(|word| {
        let bare = word.trim_end_matches([' ', '"']);
        if is_time(bare) {
            word.replace(bare, "[TIME]")
        } else {
            word.to_owned()
        }
    });
    words.collect()
}
