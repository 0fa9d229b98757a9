/** Of addresses. Links, their marks and tables are common to both; gateways, translation and health are not. */
export type Family = 4 | 6
