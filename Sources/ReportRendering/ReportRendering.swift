// ReportRendering
