/** Evaluation of masks, statistics, pictures of masks and of trainings. */
package ai.pancreas.report;
