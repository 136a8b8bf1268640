import { requestSchemas, type Answer } from './requests.js';

/** Reports of usage as a gateway returns them. */
export type AgedReports = Answer<'usageReports'>['reports'];

export const agedReportsSchema = requestSchemas.usageReports.answer.shape.reports;

/** The reports that a gateway left when it stopped. */
export interface LeftUsage {
  gatewayId: string;
  reports: AgedReports;
}

/** The reports with the age that they have after some more time. */
export function agedBy(reports: AgedReports, ms: number): AgedReports {
  return reports.map((report) => ({ ...report, ageMs: report.ageMs + Math.max(0, Math.round(ms)) }));
}
