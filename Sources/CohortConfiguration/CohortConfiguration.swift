// CohortConfiguration
