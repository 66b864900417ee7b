//! How far the assessments under a rubric can be trusted, and keeping that up to date in the
//! background.

use super::folds::Folds;
use super::folds_fits::Fitted;
use super::queries::rubric;
use crate::assessment::commands_refit::refit;
use crate::assessment::store::{self as assessments, RubricId};
use crate::assessment::store_fits;
use crate::identity::domain::MemberId;
use crate::platform::digest::sha256;
use crate::platform::error::Result;
use crate::session::{House, Session};
use std::sync::Arc;

/// Letters and digits of an alias.
const ALIAS: usize = 6;

/// A round as it stands now.
pub struct Round {
    pub fitted: Arc<Fitted>,
    /// The most generous first.
    pub assessors: Vec<Assessor>,
}

/// What is known of an assessor of a round.
pub struct Assessor {
    pub id: MemberId,
    pub alias: String,
    pub assessments: u32,
    /// Points more or less than colleagues on the same ideas.
    pub leniency: f64,
}

/// The round of a rubric; `UNKNOWN_RUBRIC` when there is none of that key. Only what is
/// published and what everybody sees is in it.
pub async fn round(s: &Session, folds: &Folds, key: Option<&str>) -> Result<Round> {
    let rubric = rubric(s, key, "rubric").await?;
    let view = s.view().await?;
    let (fitted, _) = folds.fits.fresh(&view, rubric.id).await?;
    let salt = store_fits::salt(&view, rubric.id).await?;
    view.commit().await?;
    let mut assessors: Vec<Assessor> = fitted
        .fit
        .assessors
        .iter()
        .map(|who| Assessor {
            id: MemberId(who.id),
            // Without the salt nobody finds the person behind it, nor the alias that they
            // have at an idea.
            alias: format!(
                "Assessor {}",
                &sha256(&[&salt, &MemberId(who.id).opaque()])[..ALIAS]
            ),
            assessments: who.assessments,
            leniency: who.leniency,
        })
        .collect();
    // Aliases are chance, and would order otherwise in another house.
    assessors.sort_by(|a, b| {
        let generous_first = b.leniency.total_cmp(&a.leniency);
        generous_first.then_with(|| a.alias.cmp(&b.alias))
    });
    Ok(Round { fitted, assessors })
}

/// Fits anew every rubric under which scores changed since; how many.
pub async fn keep_fitted(house: &House, folds: &Folds) -> Result<u32> {
    let view = house.db.view().await?;
    if folds.fits.is_quiet(&view).await? {
        view.commit().await?;
        return Ok(0);
    }
    let rubrics = assessments::rubrics(&view).await?;
    view.commit().await?;
    let mut fitted = 0;
    for rubric in rubrics {
        fitted += u32::from(keep_one_fitted(house, folds, rubric.id).await?);
    }
    Ok(fitted)
}

async fn keep_one_fitted(house: &House, folds: &Folds, rubric: RubricId) -> Result<bool> {
    let (found, is_new) = fit(house, folds, rubric).await?;
    if is_new && found.is_corrected {
        // What it writes is a change, too: the next turn finds it, and nothing more to do.
        refit(house, rubric).await?;
        fit(house, folds, rubric).await?;
    }
    Ok(is_new)
}

async fn fit(house: &House, folds: &Folds, rubric: RubricId) -> Result<(Arc<Fitted>, bool)> {
    let view = house.db.view().await?;
    let found = folds.fits.fresh(&view, rubric).await?;
    view.commit().await?;
    Ok(found)
}
