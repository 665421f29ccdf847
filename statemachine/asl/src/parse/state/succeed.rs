use super::{EVERY, Fields, IN_AND_OUT};
use crate::{Succeed, validate};

pub(super) fn succeed(fields: &Fields<'_>) -> Succeed {
    validate::fields::check(fields, &[EVERY, IN_AND_OUT]);
    Succeed
}
