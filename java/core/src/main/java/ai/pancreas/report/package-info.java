/** Evaluation of masks, statistics and pictures. */
package ai.pancreas.report;
