//! How history names what a Task calls.

use std::sync::Arc;

use asl::{Integration, Pattern, Resource, StateKind};

use crate::history::TaskLabel;

/// The label of a Task state; nothing for other states.
pub(super) fn of(kind: &StateKind) -> Option<Arc<TaskLabel>> {
    let StateKind::Task(task) = kind else { return None };
    let (resource_type, resource) = match &task.resource {
        Resource::Lambda { arn } => (Arc::from("lambda"), arn.clone()),
        Resource::Activity { arn } => (Arc::from("activity"), arn.clone()),
        Resource::Integration(integration) => (resource_type(integration), resource_name(integration)),
    };
    Some(Arc::new(TaskLabel {
        resource_type,
        resource,
    }))
}

fn resource_type(integration: &Integration) -> Arc<str> {
    match integration.sdk {
        true => format!("aws-sdk:{}", integration.service).into(),
        false => integration.service.clone(),
    }
}

fn resource_name(integration: &Integration) -> Arc<str> {
    let suffix = match integration.pattern {
        Pattern::RequestResponse => return integration.api.clone(),
        Pattern::Sync => "sync",
        Pattern::Sync2 => "sync:2",
        Pattern::WaitForTaskToken => "waitForTaskToken",
    };
    format!("{}.{suffix}", integration.api).into()
}
