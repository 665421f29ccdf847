//! The `Resource` of a Task: something that can be called.

use crate::Resource;
use crate::parse::Value;
use crate::validate::express;

/// What `value` names.
pub(crate) fn resource(value: &Value<'_>) -> Option<Resource> {
    let text = value.text()?;
    let Some(resource) = Resource::parse(&text) else {
        return value.refuse(format!(
            "the resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource is \
             not available in this region"
        ));
    };
    express::check_resource(value, &resource);
    Some(resource)
}
