/** Reading CT series from DICOM files. */
package ai.pancreas.dicom;
