package ai.pancreas.model;

/**
 * A model, and the bytes of its weights file.
 *
 * @param weightsFile the file as it is stored; must not be changed
 */
record StoredModel(Model model, byte[] weightsFile) {}
