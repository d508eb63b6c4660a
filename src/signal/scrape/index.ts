/** Scraping: fetching pages of metrics from targets. */
export { scrapeSchema, type ScrapeJob } from './config.ts';
export { ScrapeIntake, type ScrapedPage, type ScrapeOutcome } from './intake.ts';
export { Scraper } from './scraper.ts';
export { scrapeHosts } from './target.ts';
