package ai.pancreas.dataset;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A patient's folder, not read yet.
 *
 * @param name the folder's
 * @param ct a folder of DICOM files, a zip of one, or a NIfTI file
 * @param mask a NIfTI or NRRD file; empty where masks are not looked for
 */
record FoundPatient(String name, Path folder, Path ct, Optional<Path> mask) {}
