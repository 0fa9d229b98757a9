export const USER = "evenkeel"
export const UNIT = "/etc/systemd/system/evenkeel.service"
/** Where Debian's package puts the unit; /lib is the same directory on a merged /usr. */
export const PACKAGED_UNITS = ["/usr/lib/systemd/system/evenkeel.service", "/lib/systemd/system/evenkeel.service"]
export const CONFIG_DIR = "/etc/evenkeel"
export const CONFIG = `${CONFIG_DIR}/evenkeel.yaml`
export const STATE_DIR = "/var/lib/evenkeel"
/** There while systemd runs: sd_booted(3). */
export const SYSTEMD = "/run/systemd/system"
