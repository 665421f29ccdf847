//! Lists that give one item at a time.

use serde_json::{Value, json};

use crate::wire::Request;

/// Where a list has its items and the way to the next page.
struct List {
    items: &'static str,
    token: &'static str,
}

fn list(action: &str) -> Option<List> {
    let (items, token) = match action {
        "ListStateMachines" => ("stateMachines", "nextToken"),
        "ListStateMachineVersions" => ("stateMachineVersions", "nextToken"),
        "ListStateMachineAliases" => ("stateMachineAliases", "nextToken"),
        "ListAliases" => ("Aliases", "NextMarker"),
        "ListExecutions" => ("executions", "nextToken"),
        "DescribeLogGroups" => ("logGroups", "nextToken"),
        "ListFunctions" => ("Functions", "NextMarker"),
        "ListVersionsByFunction" => ("Versions", "NextMarker"),
        _ => return None,
    };
    Some(List { items, token })
}

/// Takes the place of the wanted page out of the request: the double knows no pages.
pub(crate) fn take_token(action: &str, request: &mut Request) -> usize {
    if let Some((path, query)) = request.path.clone().split_once('?')
        && let Some(marker) = query.split('&').find_map(|field| field.strip_prefix("Marker="))
    {
        request.path = path.to_owned();
        return marker.parse().unwrap();
    }
    if action == "ListRoles" {
        let marker = request.body.split('&').find_map(|field| field.strip_prefix("Marker="));
        return marker.map_or(0, |marker| marker.parse().unwrap());
    }
    let Ok(mut body) = serde_json::from_str::<Value>(&request.body) else {
        return 0;
    };
    let token = body.as_object_mut().and_then(|body| body.remove("nextToken"));
    let Some(token) = token else { return 0 };
    request.body = body.to_string();
    token.as_str().unwrap().parse().unwrap()
}

/// The page at `place` of the whole answer.
pub(crate) fn cut(action: &str, place: usize, answer: String) -> String {
    if action == "ListRoles" {
        return cut_roles(place, &answer);
    }
    let Some(List { items, token }) = list(action) else {
        return answer;
    };
    let mut answer: Value = serde_json::from_str(&answer).unwrap();
    let all = answer[items].as_array().unwrap().clone();
    answer[items] = all.iter().skip(place).take(1).cloned().collect();
    if place + 1 < all.len() {
        answer[token] = json!((place + 1).to_string());
    }
    answer.to_string()
}

fn cut_roles(place: usize, answer: &str) -> String {
    let Some((before, rest)) = answer.split_once("<member>") else {
        return answer.to_owned();
    };
    let (roles, after) = rest.rsplit_once("</member>").unwrap();
    let roles: Vec<&str> = roles
        .split("</member>")
        .map(|role| role.trim().trim_start_matches("<member>"))
        .collect();
    let page = format!("{before}<member>{}</member>{after}", roles[place]);
    match place + 1 < roles.len() {
        true => page
            .replace("<IsTruncated>false", "<IsTruncated>true")
            .replace("</Roles>", &format!("</Roles><Marker>{}</Marker>", place + 1)),
        false => page,
    }
}
