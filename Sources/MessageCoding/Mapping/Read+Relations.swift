internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// Reads what may be taken for granted. The definition's compiler judges the content.
  mutating func relation(_ message: Trialgate__V1__Relation) -> Relation? {
    var relation = Relation()
    relation.source = text(message.source)
    switch message.kind_case {
    case TRIALGATE__V1__RELATION__KIND_IMPLIED_RESULT:
      relation.kind = message.implied_result.map { .impliedResult(impliedResult($0.pointee)) }
    case TRIALGATE__V1__RELATION__KIND_UPPER_LIMIT_BOUND:
      relation.kind = message.upper_limit_bound.map { .upperLimitBound(bound($0.pointee)) }
    case TRIALGATE__V1__RELATION__KIND_SCORE_ITEM:
      relation.kind = message.score_item.map { .scoreItem(scoreItem($0.pointee)) }
    default: break
    }
    return relation
  }

  private mutating func impliedResult(_ message: Trialgate__V1__ImpliedResult) -> ImpliedResult {
    var implied = ImpliedResult()
    implied.criterion = text(message.criterion)
    implied.concept = text(message.concept)
    implied.comparison = comparison(message.operator_.rawValue, "implied_result")
    implied.value = quantity(message.value, "implied_result.value")
    return implied
  }

  private mutating func bound(_ message: Trialgate__V1__UpperLimitBound) -> UpperLimitBound {
    var bound = UpperLimitBound()
    bound.concept = text(message.concept)
    bound.atMost = quantity(message.at_most, "upper_limit_bound.at_most")
    return bound
  }

  private mutating func scoreItem(_ message: Trialgate__V1__ScoreItem) -> ScoreItem {
    var item = ScoreItem()
    item.instrument = text(message.instrument)
    item.item = text(message.item)
    item.points = text(message.points)
    item.criterion = text(message.criterion)
    return item
  }
}
