package ai.pancreas.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes inputs that are damaged, foreign or hostile. */
final class BadInputs {
  private static final int NIFTI_HEADER_BYTES = 352;
  private static final int BOMB_BYTES = 1 << 30;

  private BadInputs() {}

  /** A folder of files that are not DICOM. */
  static Path textFiles(Path folder) throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("readme.txt"), "no CT here\n".repeat(100));
    Files.writeString(folder.resolve("slice.dcm"), "not DICOM, whatever the name says\n");
    return folder;
  }

  /** A copy of a folder of files. */
  static Path copy(Path source, Path target) throws IOException {
    Files.createDirectories(target);
    try (var files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
    return target;
  }

  /** Cuts a file to a share of its length. */
  static Path truncate(Path file, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    return file;
  }

  /**
   * Shortens the one compressed frame of a DICOM file by half; the file stays well-formed: the
   * item's length says what is there, and the end of the sequence follows (PS3.5 A.4).
   */
  static void truncateFrame(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] itemTag = {(byte) 0xfe, (byte) 0xff, 0x00, (byte) 0xe0};
    byte[] pixelData = {(byte) 0xe0, 0x7f, 0x10, 0x00, 'O'};
    int offsetTable = indexOf(bytes, itemTag, indexOf(bytes, pixelData, 0));
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int item = offsetTable + 8 + view.getInt(offsetTable + 4);
    int length = view.getInt(item + 4);
    int kept = length / 4 * 2;
    view.putInt(item + 4, kept);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, item + 8 + kept);
    out.write(bytes, item + 8 + length, bytes.length - (item + 8 + length));
    Files.write(file, out.toByteArray());
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("not in the file");
  }

  /** A NIfTI-1 header that promises 32767 x 32767 x 32767 voxels, and nothing behind it. */
  static Path absurdNifti(Path file) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(NIFTI_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, 348);
    short[] dim = {3, Short.MAX_VALUE, Short.MAX_VALUE, Short.MAX_VALUE, 1, 1, 1, 1};
    for (int i = 0; i < dim.length; i++) {
      header.putShort(40 + 2 * i, dim[i]);
      header.putFloat(76 + 4 * i, 1);
    }
    header.putShort(70, (short) 4).putShort(72, (short) 16);
    header.putFloat(108, NIFTI_HEADER_BYTES);
    header.put(344, "n+1\0".getBytes(StandardCharsets.US_ASCII));
    return Files.write(file, header.array());
  }

  /** A zip whose entries want to be written outside of where it is unpacked. */
  static Path escapingZip(Path file, Path dicomFile) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : new String[] {"../../escaped-1.dcm", "/tmp/escaped-2.dcm"}) {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(dicomFile, zip);
        zip.closeEntry();
      }
    }
    return file;
  }

  /** A zip of the files of a folder. */
  static Path zip(Path folder, Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
        var files = Files.walk(folder)) {
      for (Path source : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry("export/" + folder.relativize(source)));
        Files.copy(source, zip);
        zip.closeEntry();
      }
    }
    return file;
  }

  /**
   * A DICOM file in the deflated transfer syntax (PS3.5 A.5) of 1 MB that unpacks to 1 GiB of pixel
   * data, for a picture of 16 x 16.
   */
  static Path deflateBomb(Path file) throws IOException {
    ByteArrayOutputStream meta = new ByteArrayOutputStream();
    element(meta, 0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1.99");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(new byte[128]);
      out.write("DICM".getBytes(StandardCharsets.US_ASCII));
      ByteBuffer length = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      length.putShort((short) 0x0002).putShort((short) 0);
      length.put((byte) 'U').put((byte) 'L').putShort((short) 4).putInt(meta.size());
      out.write(length.array());
      meta.writeTo(out);
      DeflaterOutputStream deflated =
          new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED, true), 1 << 16);
      element(deflated, 0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.2\0");
      element(deflated, 0x0008, 0x0060, "CS", "CT");
      element(deflated, 0x0020, 0x0032, "DS", "0\\0\\0 ");
      element(deflated, 0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0 ");
      number(deflated, 0x0028, 0x0002, 1);
      element(deflated, 0x0028, 0x0004, "CS", "MONOCHROME2 ");
      number(deflated, 0x0028, 0x0010, 16);
      number(deflated, 0x0028, 0x0011, 16);
      element(deflated, 0x0028, 0x0030, "DS", "1\\1 ");
      number(deflated, 0x0028, 0x0100, 16);
      number(deflated, 0x0028, 0x0101, 16);
      number(deflated, 0x0028, 0x0102, 15);
      number(deflated, 0x0028, 0x0103, 0);
      ByteBuffer pixels = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      pixels.putShort((short) 0x7fe0).putShort((short) 0x0010);
      pixels.put((byte) 'O').put((byte) 'W').putShort((short) 0).putInt(BOMB_BYTES);
      deflated.write(pixels.array());
      byte[] zeros = new byte[1 << 20];
      for (int written = 0; written < BOMB_BYTES; written += zeros.length) {
        deflated.write(zeros);
      }
      deflated.finish();
    }
    return file;
  }

  private static void element(OutputStream out, int group, int tag, String vr, String value)
      throws IOException {
    ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    head.putShort((short) group).putShort((short) tag);
    head.put(vr.getBytes(StandardCharsets.US_ASCII)).putShort((short) value.length());
    out.write(head.array());
    out.write(value.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void number(OutputStream out, int group, int tag, int value) throws IOException {
    ByteBuffer us = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) value);
    element(out, group, tag, "US", new String(us.array(), StandardCharsets.ISO_8859_1));
  }

  /** The weights of the default model, cut in the middle. */
  static Path truncatedWeights(Path file, String modelId) throws IOException {
    String resource = "/ai/pancreas/models/" + modelId + "/weights.hdf5";
    try (InputStream in = BadInputs.class.getResourceAsStream(resource)) {
      Files.copy(in, file);
    }
    return truncate(file, 0.5);
  }
}
