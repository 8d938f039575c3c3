extension Evaluation {
  /// Participation in another interventional trial within the window.
  func evaluateParticipation(_ period: CalendarPeriod, _ end: ParticipationEnd)
    -> NodeResult
  {
    guard let window = window(period) else { return .unknown("DATE_UNCERTAIN") }
    var outcome = NodeResult(.false)
    var unknown = NodeResult(.unknown)
    var hasUnknown = false
    var turns: [Turning] = []
    for fact in snapshot.trialParticipations where fact.status.counts {
      guard fact.type != .observational else { continue }
      var (truth, reason) = took(fact, end, window)
      if truth == .false { continue }
      if fact.type == nil {
        truth = .unknown
        reason = "TRIAL_TYPE_NOT_RECORDED"
      }
      if fact.hasUnknownFields {
        truth = .unknown
        reason = "UNKNOWN_FIELD"
      }
      var item = Evidence()
      item.factID = fact.id
      item.givenValue = fact.state?.rawValue ?? ""
      item.limit = "within \(period)"
      item.effective = [fact.start, fact.lastDose, fact.lastVisit].compactMap { $0?.text }
        .joined(separator: ", ")
      item.role = "participation"
      if truth == .true {
        outcome.truth = .true
        outcome.evidence.append(note(item))
        turns.append(turning(fact, end, period))
      } else {
        hasUnknown = true
        unknown.addReason(reason)
        unknown.evidence.append(note(item))
      }
    }
    if outcome.truth == .true {
      outcome.turns = turns.dropFirst().reduce(turns.first) { $0?.and($1) }
      return outcome
    }
    if !hasUnknown, isReviewed(.trialParticipations) { return NodeResult(.false) }
    if !hasUnknown { unknown.addReason("NOT_REVIEWED") }
    var fact = missingReview(.trialParticipations, "trial_participations")
    fact.reason = unknown.reasons.first ?? "NOT_REVIEWED"
    fact.notBefore = window.start
    fact.notAfter = window.end
    unknown.missing = [fact]
    return unknown
  }

  private func lastDay(_ fact: TrialParticipation, _ end: ParticipationEnd) -> ClinicalTime? {
    switch end {
    case .lastVisit: fact.lastVisit
    case .lastDose: fact.lastDose
    }
  }

  private func took(
    _ fact: TrialParticipation, _ end: ParticipationEnd, _ window: ClosedDateWindow
  ) -> (Truth, String) {
    let started = fact.start.map { dates($0).isOnOrBefore(indexDate) } ?? .true
    if started == .false { return (.false, "") }
    if fact.state == .ongoing { return (started, "DATE_UNCERTAIN") }
    // Whoever began, or had a dose, within the window took part within it.
    let within = [fact.start, fact.lastDose].compactMap { $0.map(dates)?.isWithin(window) }
    if Truth.any(within) == .true { return (.true, "") }
    guard let last = lastDay(fact, end) else {
      return (.unknown, fact.state == nil ? "STATE_NOT_RECORDED" : "NO_DATE")
    }
    let truth = started.and(dates(last).isOnOrAfter(window.start))
    return (truth, "DATE_UNCERTAIN")
  }

  private func turning(
    _ fact: TrialParticipation, _ end: ParticipationEnd, _ period: CalendarPeriod
  ) -> Turning {
    guard fact.state != .ongoing, let end = lastDay(fact, end) else {
      return .after("AFTER_PARTICIPATION_ENDS \(period)")
    }
    // Whoever certainly began, or had a dose, within the window took part within it.
    let others = [fact.start, fact.lastDose].compactMap { $0.map(dates)?.earliest }
    let last = others.reduce(dates(end).latest, max)
    return period.firstPassingDate(afterEvent: last, bounds: program.engine.windowBounds)
      .map { .on($0) } ?? .never
  }

  // MARK: Consent

  /// An informed consent of the version in force, signed by the index date and not withdrawn.
  func evaluateConsent() -> NodeResult {
    var valid = NodeResult(.true)
    var failed = NodeResult(.false)
    var unknown = NodeResult(.unknown)
    for fact in snapshot.consents where fact.status.counts {
      var item = Evidence()
      item.factID = fact.id
      item.givenValue = fact.documentVersion
      item.effective = fact.signed?.text ?? ""
      item.limit = site.consentVersion.map { "version \($0)" } ?? ""
      item.role = "consent"
      let (truth, reason) = isValid(fact)
      switch truth {
      case .true:
        valid.evidence.append(note(item))
      case .false:
        failed.addReason(reason)
        failed.evidence.append(note(item))
        if reason == ConsentFault.afterIndexDate.rawValue, let signed = fact.signed {
          // The first of them suffices.
          let turning = Turning.on(dates(signed).latest)
          failed.turns = Turning.first(1, of: [failed.turns, turning].compactMap { $0 })
        }
      case .unknown:
        unknown.addReason(reason)
        unknown.evidence.append(note(item))
      }
    }
    if !valid.evidence.isEmpty { return valid }
    if unknown.reasons.isEmpty, !failed.reasons.isEmpty { return failed }
    if unknown.reasons.isEmpty { unknown.addReason("NO_CONSENT") }
    var fact = MissingFact()
    fact.concept = "consent"
    fact.notAfter = indexDate
    fact.settlingValues = site.consentVersion.map { "version \($0)" } ?? ""
    fact.reason = unknown.reasons.first ?? "NO_CONSENT"
    unknown.missing = [fact]
    return unknown
  }

  private func isValid(_ fact: Consent) -> (Truth, String) {
    if fact.hasUnknownFields { return (.unknown, "UNKNOWN_FIELD") }
    let withdrawn = fact.withdrawn.map(dates)?.isOnOrBefore(indexDate) ?? .false
    if withdrawn == .true { return (.false, ConsentFault.withdrawn.rawValue) }
    if let version = site.consentVersion {
      if fact.documentVersion.isEmpty { return (.unknown, "CONSENT_VERSION_NOT_RECORDED") }
      if fact.documentVersion != version {
        return (.false, ConsentFault.versionNotInForce.rawValue)
      }
    }
    guard let signed = fact.signed else { return (.unknown, "NO_DATE") }
    switch dates(signed).isOnOrBefore(indexDate) {
    case .false: return (.false, ConsentFault.afterIndexDate.rawValue)
    case .unknown: return (.unknown, "DATE_UNCERTAIN")
    case .true: return withdrawn == .unknown ? (.unknown, "DATE_UNCERTAIN") : (.true, "")
    }
  }
}
