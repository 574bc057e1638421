package browsertest

// firefoxPrefs make Firefox silent (nothing but the page makes requests), give
// it a fake camera and microphone, and keep its names at home.
func firefoxPrefs() map[string]any {
	return map[string]any{
		// Media.
		"media.navigator.streams.fake":                      true,
		"media.navigator.permission.disabled":               true,
		"media.autoplay.default":                            0,
		"media.autoplay.blocking_policy":                    0,
		"media.peerconnection.ice.obfuscate_host_addresses": false,
		"media.gmp-manager.updateEnabled":                   false,
		"media.gmp-provider.enabled":                        false,
		// Windows that are not in front behave as if they were.
		"dom.timeout.enable_budget_timer_throttling":       false,
		"dom.min_background_timeout_value":                 4,
		"widget.windows.window_occlusion_tracking.enabled": false,
		// Addresses pass, localhost passes, every other name fails.
		"network.dns.disabled":                    true,
		"network.trr.mode":                        5,
		"network.captive-portal-service.enabled":  false,
		"network.connectivity-service.enabled":    false,
		"network.dns.disablePrefetch":             true,
		"network.prefetch-next":                   false,
		"network.http.speculative-parallel-limit": 0,
		// No calls home.
		"app.update.enabled":                         false,
		"app.update.disabledForTesting":              true,
		"app.normandy.enabled":                       false,
		"app.shield.optoutstudies.enabled":           false,
		"browser.aboutHomeSnippets.updateUrl":        "",
		"browser.discovery.enabled":                  false,
		"browser.newtabpage.enabled":                 false,
		"browser.ping-centre.telemetry":              false,
		"browser.region.network.url":                 "",
		"browser.region.update.enabled":              false,
		"browser.safebrowsing.blockedURIs.enabled":   false,
		"browser.safebrowsing.downloads.enabled":     false,
		"browser.safebrowsing.malware.enabled":       false,
		"browser.safebrowsing.phishing.enabled":      false,
		"browser.search.update":                      false,
		"browser.shell.checkDefaultBrowser":          false,
		"browser.startup.homepage_override.mstone":   "ignore",
		"browser.startup.page":                       0,
		"browser.topsites.contile.enabled":           false,
		"browser.urlbar.suggest.searches":            false,
		"datareporting.healthreport.uploadEnabled":   false,
		"datareporting.policy.dataSubmissionEnabled": false,
		"dom.push.connection.enabled":                false,
		"extensions.getAddons.cache.enabled":         false,
		"extensions.systemAddon.update.enabled":      false,
		"extensions.update.enabled":                  false,
		"services.settings.server":                   "data:,#remote-settings-dummy/v1",
		"toolkit.telemetry.enabled":                  false,
		"toolkit.telemetry.server":                   "",
		"toolkit.telemetry.unified":                  false,
	}
}
