"""评估凭证: what was relied upon, as a sheet, as a list of a firm's, as a file; and whether replays agree."""
