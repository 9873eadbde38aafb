/** Models measured on labelled CTs, and the calibration of their probabilities. */
package ai.pancreas.evaluation;
