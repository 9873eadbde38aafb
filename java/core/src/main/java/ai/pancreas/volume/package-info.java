/**
 * Volumes and where they lie in the patient: grids, orientations, CTs and masks. No input or
 * output.
 */
package ai.pancreas.volume;
