use std::sync::Arc;
use std::time::Duration;

use asl::Json;
use executor::{Outcome, Program};

use crate::{failure, run, within};

fn definition(expression: &str) -> String {
    let output = Json::from(format!("{{% {expression} %}}"));
    format!(r#"{{"QueryLanguage":"JSONata","StartAt":"S","States":{{"S":{{"Type":"Succeed","Output":{output}}}}}}}"#)
}

/// The expression is refused, or ends; either within its time.
fn check(expression: &str) {
    let shown: String = expression.chars().take(120).collect();
    within(Duration::from_secs(20), &shown, || {
        let machine = asl::parse(&definition(expression)).machine;
        let Some(Ok(program)) = machine.map(Program::new) else {
            return;
        };
        let execution = run(&Arc::new(program), Json::Null);
        if let Some(Outcome::Failed(failure)) = execution.outcome() {
            let error = failure.error.as_deref().unwrap_or_default();
            let is_known = ["States.QueryEvaluationError", "States.DataLimitExceeded"].contains(&error);
            assert!(is_known, "{shown}: {failure}");
        }
    });
}

#[test]
fn recursion_without_end_ends() {
    check("($f := function(){$f()}; $f())");
    check("($f := function($x){1 + $f($x)}; $f(1))");
    check("($f := function($x){$g($x)}; $g := function($x){[$f($x)]}; $f(1))");
    check("($f := function($x){$map([1, 2], $f)}; $f(1))");
    check("($f := function($x){$reduce([1, 2], $f)}; $f(1))");
    check("($y := function($f){$f($f)}; $y($y))");
}

#[test]
fn values_that_grow_without_bound_end() {
    check("($f := function($x){$f($x & $x)}; $f('x'))");
    check("($f := function($x){$f([$x, $x])}; $f(1))");
    check("($f := function($x){$f($append($x, $x))}; $f([1, 2]))");
    check("($f := function($x){$f({'a': $x, 'b': $x})}; $f(1))");
    check("$reduce([1..100000], function($a, $b){[$a]})");
    check("$reduce([1..100000], function($a, $b){{'a': $a}})");
    check("$reduce([1..1000], function($a, $b){$a & $a & 'x'}, 'x')");
    check("$string($reduce([1..60], function($a, $b){[$a, $a]}, [1]))");
    check("$pad('x', 1000000000)");
    check("$pad('x', -1000000000, 'abc')");
    check("$count($map([1..800000], function($x){[1..800000]}))");
    check("[1..873783]");
    check("[1..1e300]");
    check("$map([1..3000], function($x){$map([1..3000], function($y){$x * $y})})");
    check("$join($map([1..100000], function($x){$pad('x', 1000)}))");
    check("$replace($pad('x', 100000), 'x', $pad('y', 100000))");
    check("$split($pad('x', 4000000), '') ~> $map(function($x){[1..100]})");
    check(
        "$zip([1..800000], [1..800000], [1..800000], [1..800000], [1..800000], [1..800000], [1..800000], [1..800000])",
    );
    check("$sort([1..500000], function($l, $r){$l < $r})");
    check("[1..5000].[1..5000]");
    check("[1..3000][$ in [1..3000]] ~> $map(function($x){[1..3000]})");
    check("$formatNumber(1e300, $pad('#', 1000000, '#') & '0')");
    check("$formatBase(1e308, 2) ~> $pad(-100000000, '0')");
    check(
        "$reduce([1..100], function($a, $b){$merge([$a, {$string($count($keys($a))) & $string($a): $a}])}, {'a': 1})",
    );
}

/// Pictures with which the engine would panic, or write without end.
#[test]
fn pictures_of_dates_end() {
    let fails = |expression: &str, error: &str| {
        let parsed = asl::parse(&definition(expression));
        let program = Arc::new(Program::new(parsed.machine.unwrap()).unwrap());
        let failure = failure(&run(&program, Json::Null));
        assert!(failure.contains(error), "{expression}: {failure}");
    };
    fails("$now('[,2]')", "D3132: Unknown component specifier \",\"");
    fails("$fromMillis(0, '[Y] [é]')", "D3132: Unknown component specifier \"é\"");
    fails("$toMillis('2024', '[ ,]')", "D3132");
    fails("($p := '[' & ',]'; $now($p))", "D3132");
    fails("$fromMillis(0, '[Y,9999999999]')", "memory limit exceeded");
    fails("$fromMillis(0, '[H,4000000][m,*-4000000]')", "memory limit exceeded");
}

#[test]
fn patterns_end() {
    check("$match($pad('a', 100000, 'a') & 'b', /(a+)+(a+)+(a+)+$/)");
    check("$replace($pad('a', 1000000, 'a'), /a*?a*?a*?b/, 'x') & $error('done')");
    check("$split($pad('a', 100000, 'a'), /((a{1,100}){1,100}){1,100}/) ~> $error");
    check("$contains($pad('a', 1000, 'a'), /(a+)+(?!b)c/)");
    check("$match($pad('a', 100000, 'a') & 'b', /(?=(a+)+$)/)");
    check("$replace($pad('a', 100000, 'a'), /(a)(?=.*b)|\\1/, 'x') & $error('done')");
    check("$split($pad('ab', 200000, 'ab'), /(?<!c)b/) ~> $error");
    check("$contains('x', /(((((((((x{1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}/) ~> $error");
}

/// What stands in itself a thousand times over, or is chained so.
#[test]
fn long_and_deep_expressions_are_refused_or_end() {
    for count in [100, 1_000, 10_000, 100_000] {
        let deep = |open: &str, inner: &str, close: &str| {
            check(&format!("$error({}{inner}{})", open.repeat(count), close.repeat(count)))
        };
        let chain = |first: &str, next: &str| check(&format!("$error({first}{})", next.repeat(count)));
        deep("(", "1", ")");
        deep("[", "1", "]");
        deep("{'a':", "1", "}");
        deep("$not(", "1", ")");
        deep("-", "1", "");
        deep("function($x){", "1", "}");
        deep("true ? ", "1", " : 2");
        deep("$states[", "1", "]");
        deep("$f(", "1", ")");
        deep("($a := ", "1", ")");
        chain("1", "+1");
        chain("'a'", "&'a'");
        chain("true", " and true");
        chain("$states", ".a");
        chain("$states", "[0]");
        chain("$states", "[0].a");
        chain("$states", "^(a)");
        chain("1", " ~> $string");
        chain("1", "; 1");
        chain("1", ", 1");
        chain("false", " ? 1 : false");
        chain("$f", "(1)");
        chain("$states", "@$x.a");
        chain("$states", "#$x.a");
        chain("$states", "{'a': 1}");
    }
}
