package ai.pancreas.dicom;

import ai.pancreas.volume.Vector3;

/** A frame of a file, as a slice of a series. */
record CtSlice(CtImage image, CtFrame frame) {

  /** The name for messages: file and frame. */
  String describe() {
    return image.describe(frame);
  }

  Vector3 position() {
    return frame.position();
  }
}
