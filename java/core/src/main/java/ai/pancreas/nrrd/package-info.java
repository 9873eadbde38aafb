/**
 * NRRD label files in. The format is that of teem: <a
 * href="https://teem.sourceforge.net/nrrd/format.html">Definition of NRRD File Format</a>.
 */
package ai.pancreas.nrrd;
