package ai.pancreas.dicom;

import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A small CT whose voxels tell where they are, as DICOM data sets, one a slice. */
record SyntheticCt(
    int columns,
    int rows,
    int slices,
    Vector3 origin,
    Vector3 alongRow,
    Vector3 alongColumn,
    double columnSpacing,
    double rowSpacing,
    Vector3 step) {
  static final String SERIES = "1.2.3.4";
  static final int INTERCEPT = -1024;

  /** Axial, head first, 1.5 mm x 1 mm x 2 mm. */
  static SyntheticCt axial(int columns, int rows, int slices) {
    return new SyntheticCt(
        columns,
        rows,
        slices,
        new Vector3(-100.5, -80.25, 40),
        new Vector3(1, 0, 0),
        new Vector3(0, 1, 0),
        1.5,
        1,
        new Vector3(0, 0, 2));
  }

  SyntheticCt withOrientation(Vector3 row, Vector3 column) {
    Vector3 normal = row.cross(column);
    return new SyntheticCt(
        columns, rows, slices, origin, row, column, columnSpacing, rowSpacing, normal.times(2));
  }

  SyntheticCt withStep(Vector3 newStep) {
    return new SyntheticCt(
        columns, rows, slices, origin, alongRow, alongColumn, columnSpacing, rowSpacing, newStep);
  }

  /** The stored number of a voxel, within 12 bits. */
  static int stored(int x, int y, int z) {
    return (x * 7 + y * 61 + z * 523 + 3) & 0xFFF;
  }

  Vector3 position(double z) {
    return origin.plus(step.times(z));
  }

  short[] words(int z) {
    short[] words = new short[columns * rows];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        words[y * columns + x] = (short) stored(x, y, z);
      }
    }
    return words;
  }

  TestDataSet slice(int z) {
    return common()
        .text(0x0008_0018, "UI", "1.2.3.4." + (z + 1))
        .text(0x0020_0013, "IS", String.valueOf(z + 1))
        .text(Tag.IMAGE_POSITION, "DS", decimals(position(z)))
        .text(Tag.IMAGE_ORIENTATION, "DS", decimals(alongRow) + "\\" + decimals(alongColumn))
        .text(Tag.PIXEL_SPACING, "DS", rowSpacing + "\\" + columnSpacing)
        .text(Tag.SLICE_THICKNESS, "DS", "3")
        .text(Tag.RESCALE_INTERCEPT, "DS", String.valueOf(INTERCEPT))
        .text(Tag.RESCALE_SLOPE, "DS", "1")
        .words(Tag.PIXEL_DATA, words(z));
  }

  private TestDataSet common() {
    return new TestDataSet()
        .text(0x0008_0005, "CS", "ISO_IR 100")
        .text(Tag.IMAGE_TYPE, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
        .text(Tag.SOP_CLASS_UID, "UI", "1.2.840.10008.5.1.4.1.1.2")
        .text(Tag.MODALITY, "CS", "CT")
        .sequence(
            0x0008_1140,
            new TestDataSet()
                .text(0x0008_1150, "UI", "1.2.840.10008.5.1.4.1.1.2")
                .sequence(0x0008_1199, new TestDataSet().text(0x0008_1155, "UI", "1.2.3.99")))
        .text(Tag.SERIES_INSTANCE_UID, "UI", SERIES)
        .uint16(Tag.SAMPLES_PER_PIXEL, 1)
        .text(Tag.PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME2")
        .uint16(Tag.ROWS, rows)
        .uint16(Tag.COLUMNS, columns)
        .uint16(Tag.BITS_ALLOCATED, 16)
        .uint16(Tag.BITS_STORED, 12)
        .uint16(Tag.HIGH_BIT, 11)
        .uint16(Tag.PIXEL_REPRESENTATION, 0);
  }

  /** An Enhanced CT of all slices, without pixels, frames in the given order. */
  TestDataSet enhanced(int... order) {
    TestDataSet[] perFrame =
        Arrays.stream(order)
            .mapToObj(
                z ->
                    new TestDataSet()
                        .sequence(
                            Tag.FRAME_CONTENT_SEQUENCE,
                            new TestDataSet().text(Tag.STACK_ID, "SH", "1"))
                        .sequence(
                            Tag.PLANE_POSITION_SEQUENCE,
                            new TestDataSet().text(Tag.IMAGE_POSITION, "DS", decimals(position(z))))
                        .sequence(
                            Tag.PIXEL_VALUE_TRANSFORMATION_SEQUENCE,
                            new TestDataSet()
                                .text(Tag.RESCALE_INTERCEPT, "DS", String.valueOf(INTERCEPT - z))
                                .text(Tag.RESCALE_SLOPE, "DS", "1")))
            .toArray(TestDataSet[]::new);
    return common()
        .text(Tag.SOP_CLASS_UID, "UI", "1.2.840.10008.5.1.4.1.1.2.1")
        .text(Tag.NUMBER_OF_FRAMES, "IS", String.valueOf(order.length))
        .sequence(
            Tag.SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
            new TestDataSet()
                .sequence(
                    Tag.PLANE_ORIENTATION_SEQUENCE,
                    new TestDataSet()
                        .text(
                            Tag.IMAGE_ORIENTATION,
                            "DS",
                            decimals(alongRow) + "\\" + decimals(alongColumn)))
                .sequence(
                    Tag.PIXEL_MEASURES_SEQUENCE,
                    new TestDataSet()
                        .text(Tag.SLICE_THICKNESS, "DS", "2")
                        .text(Tag.PIXEL_SPACING, "DS", rowSpacing + "\\" + columnSpacing)))
        .sequence(Tag.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, perFrame);
  }

  /** Writes all slices as explicit little endian, named by their number. */
  Path writeTo(Path folder) {
    for (int z = 0; z < slices; z++) {
      write(folder.resolve(String.format("slice%03d.dcm", z)), slice(z));
    }
    return folder;
  }

  static void write(Path file, TestDataSet dataSet) {
    write(file, dataSet.write(TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Up to 16 characters each, as DS demands. */
  private static String decimals(Vector3 vector) {
    return Arrays.stream(new double[] {vector.x(), vector.y(), vector.z()})
        .mapToObj(number -> String.format(Locale.ROOT, "%.10f", number))
        .collect(Collectors.joining("\\"));
  }
}
