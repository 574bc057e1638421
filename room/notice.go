package room

import "time"

// NoticeCode says what happened that a host should know (R21).
type NoticeCode string

// The notices.
const (
	NoticeLinkReuse     NoticeCode = "link_reuse"
	NoticePasscodeWrong NoticeCode = "passcode_wrong"
	NoticeSuspended     NoticeCode = "suspended"
	NoticeRemovedRetry  NoticeCode = "removed_retry"
	NoticeSeatReplaced  NoticeCode = "seat_replaced"
)

// maxNotices bounds a record; the oldest go first.
const maxNotices = 50

// Notice tells the hosts of something that went wrong or was tried. It says
// whose link it was about and when, and nothing of who tried.
type Notice struct {
	ID    uint64     `json:"id"`
	Code  NoticeCode `json:"code"`
	Label Text       `json:"label"`
	At    time.Time  `json:"at"`
	Count int        `json:"count"`
}

// note records a notice; a repeat raises the count of the first, so that a
// flood of tries is one line on the host's desk.
func (s *Session) note(code NoticeCode, inv *Invite, now time.Time) {
	for i := range s.Notices {
		n := &s.Notices[i]
		if n.Code == code && n.Label == inv.Label {
			n.Count++
			n.At = now.UTC()
			return
		}
	}
	s.Serial++
	s.Notices = append(s.Notices, Notice{ID: s.Serial, Code: code, Label: inv.Label, At: now.UTC(), Count: 1})
	if len(s.Notices) > maxNotices {
		s.Notices = s.Notices[1:]
	}
}
