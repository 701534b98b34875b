//! What goods are packed in. Each vessel stands around x = 320 with its foot near y = 548.

mod bags;
mod boxes;
mod dishes;
mod jars;
mod tins;

use super::scene::Scene;

/// The packing of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vessel {
    /// A glazed stoneware pickle jar with a tied cloth.
    Barni,
    /// A tall bottle of oil or liquid.
    Bottle,
    /// A brass bowl, heaped.
    Bowl,
    /// A rectangular tea tin with a stepped lid.
    Caddy,
    /// A cardboard tube with a lid.
    Canister,
    /// A folding carton, seen from the side.
    Carton,
    /// A glass jar with a cloth cap.
    ClothJar,
    /// An incense holder before its slim box.
    Incense,
    /// A pillow pack with crimped ends and a window.
    Packet,
    /// A steel plate with a pyramid of sweets.
    Plate,
    /// A paper pouch, folded and clipped.
    Pouch,
    /// A cloth sack, rolled open.
    Sack,
    /// A cake of soap before its box.
    Soap,
    /// A glass jar with a ridged lid.
    SpiceJar,
    /// An open box of sweets, lid behind.
    SweetBox,
    /// A round tin with rims and a paper band.
    Tin,
}

/// The vessel, its shadow and its label.
pub(super) fn draw(scene: &Scene) -> String {
    match scene.look.vessel {
        Vessel::Barni => jars::barni(scene),
        Vessel::Bottle => jars::bottle(scene),
        Vessel::Bowl => dishes::bowl(scene),
        Vessel::Caddy => tins::caddy(scene),
        Vessel::Canister => tins::canister(scene),
        Vessel::Carton => boxes::carton(scene),
        Vessel::ClothJar => jars::cloth_jar(scene),
        Vessel::Incense => boxes::incense(scene),
        Vessel::Packet => bags::packet(scene),
        Vessel::Plate => dishes::plate(scene),
        Vessel::Pouch => bags::pouch(scene),
        Vessel::Sack => bags::sack(scene),
        Vessel::Soap => boxes::soap(scene),
        Vessel::SpiceJar => jars::spice_jar(scene),
        Vessel::SweetBox => boxes::sweet_box(scene),
        Vessel::Tin => tins::tin(scene),
    }
}

/// Where pieces lie on the table before a vessel: x, y, turn in degrees, size in percent.
pub(super) const fn garnish(vessel: Vessel) -> &'static [(i32, i32, i32, i32)] {
    match vessel {
        Vessel::Bowl => &[(150, 556, -14, 72), (478, 566, 22, 62)],
        Vessel::Plate => &[],
        Vessel::SweetBox => &[],
        Vessel::Soap => &[(492, 572, 18, 74)],
        Vessel::Incense => &[(470, 566, 0, 84)],
        Vessel::Sack => &[(140, 560, -18, 84), (500, 566, 24, 76)],
        _ => &[(146, 552, -16, 92), (488, 546, 22, 78), (428, 582, -34, 58)],
    }
}
