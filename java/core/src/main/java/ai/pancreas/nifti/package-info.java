/** NIfTI-1 files, in and out. */
package ai.pancreas.nifti;
