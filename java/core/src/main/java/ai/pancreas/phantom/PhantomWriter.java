package ai.pancreas.phantom;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.io.EmptyFolder;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes a phantom's CT as a DICOM series: CT Image Storage, one file a slice, Explicit VR Little
 * Endian, 12 bits unsigned in 16 with a rescale intercept of -1024.
 *
 * <p>All identifiers are made from the phantom's seed and whether it has a lesion: the same phantom
 * on the same grid gets the same files, byte for byte. Series of one seed belong to one study and
 * one frame of reference. Thread-safe.
 */
public final class PhantomWriter {
  private static final String CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";
  private static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
  private static final int INTERCEPT = -1024;
  private static final int LARGEST_STORED = 4095;

  private final CtVolume ct;
  private final long seed;
  private final String finding;
  private final SeriesLayout layout;

  /** A writer of a phantom's CT, with its lesion or without; else as the constructor. */
  public static PhantomWriter of(PhantomCase phantom, long seed, SeriesLayout layout) {
    return new PhantomWriter(
        phantom.ct(), seed, phantom.lesion().isPresent() ? " lesion" : "", layout);
  }

  /**
   * A writer of the CT of a phantom without a lesion.
   *
   * @param ct a grid that is not sheared
   * @param seed the phantom's, which becomes part of the patient's name
   */
  public PhantomWriter(CtVolume ct, long seed, SeriesLayout layout) {
    this(ct, seed, "", layout);
  }

  private PhantomWriter(CtVolume ct, long seed, String finding, SeriesLayout layout) {
    if (ct.grid().isSheared()) {
      throw new IllegalArgumentException("a CT Image cannot hold a sheared grid");
    }
    this.ct = ct;
    this.seed = seed;
    this.finding = finding;
    this.layout = layout;
  }

  /**
   * Writes the series to a new folder, which appears whole or not at all.
   *
   * @param folder does not exist, or is empty
   * @param monitor hears of {@link Stage#WRITE} in slices
   * @throws PancreasException {@link ErrorCode#OUTPUT} if the folder holds something or cannot be
   *     written
   */
  public void write(Path folder, Monitor monitor) {
    Path target = folder.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null) {
      throw new PancreasException(
          ErrorCode.OUTPUT, folder + " cannot be a new folder; name another");
    }
    refuseUsed(folder);
    Path temporary = parent.resolve("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(parent);
      Files.createDirectory(temporary);
      writeFiles(temporary, monitor);
      Files.deleteIfExists(target);
      Files.move(temporary, target);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "cannot write the series to "
              + folder
              + ": "
              + e.getMessage()
              + "; check space and rights",
          e);
    } finally {
      delete(temporary);
    }
  }

  private static void refuseUsed(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new PancreasException(
          ErrorCode.OUTPUT, folder + " exists and is not a folder; name another");
    }
    EmptyFolder.require(folder);
  }

  private void writeFiles(Path folder, Monitor monitor) throws IOException {
    int slices = ct.grid().nz();
    float[] hu = new float[ct.grid().sliceSize()];
    for (int number = 1; number <= slices; number++) {
      monitor.throwIfCancelled();
      int z =
          switch (layout.fileOrder()) {
            case FORWARD -> number - 1;
            case REVERSED -> slices - number;
          };
      ct.readSlice(z, hu);
      Path file = folder.resolve(String.format(Locale.ROOT, "IM%05d.dcm", number));
      try (OutputStream out = Files.newOutputStream(file)) {
        String instanceUid = uid("instance " + number + seriesKey());
        writeMeta(out, instanceUid);
        out.write(dataSet(number, z, instanceUid, hu));
      }
      monitor.progress(Stage.WRITE, number, slices);
    }
  }

  /** Preamble and File Meta Information, DICOM PS3.10 7.1. */
  private static void writeMeta(OutputStream out, String instanceUid) throws IOException {
    byte[] meta =
        new DicomElements()
            .bytes(0x00020001, "OB", new byte[] {0, 1})
            .text(0x00020002, "UI", CT_IMAGE_STORAGE)
            .text(0x00020003, "UI", instanceUid)
            .text(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN)
            .text(0x00020012, "UI", uid("implementation"))
            .text(0x00020013, "SH", "PANCREAS_PHANTOM")
            .toBytes();
    out.write(new byte[128]);
    out.write("DICM".getBytes(StandardCharsets.US_ASCII));
    out.write(new DicomElements().ul(0x00020000, meta.length).toBytes());
    out.write(meta);
  }

  /**
   * The attributes of the CT Image IOD, DICOM PS3.3 A.3: all of type 1 and 2, and useful others.
   */
  private byte[] dataSet(int number, int z, String instanceUid, float[] hu) {
    Grid grid = ct.grid();
    return new DicomElements()
        .text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
        .text(0x00080016, "UI", CT_IMAGE_STORAGE)
        .text(0x00080018, "UI", instanceUid)
        .text(0x0008001C, "CS", "YES") // Synthetic Data
        .text(0x00080020, "DA", "20000101")
        .text(0x00080030, "TM", "000000")
        .text(0x00080050, "SH", "")
        .text(0x00080060, "CS", "CT")
        .text(0x00080070, "LO", "pancreas")
        .text(0x00080090, "PN", "")
        .text(0x00081030, "LO", "Synthetic abdomen")
        .text(0x0008103E, "LO", "Phantom, portal-venous phase")
        .text(0x00081090, "LO", "phantom")
        .text(0x00100010, "PN", "PHANTOM^SEED" + seed)
        .text(0x00100020, "LO", "PHANTOM")
        .text(0x00100030, "DA", "")
        .text(0x00100040, "CS", "")
        .text(0x00180015, "CS", "ABDOMEN")
        .text(0x00180050, "DS", decimal(grid.spacingMm(2)))
        .text(0x00180060, "DS", "")
        .text(0x00180088, "DS", decimal(grid.spacingMm(2)))
        .text(0x00185100, "CS", layout.position().code())
        .text(0x0020000D, "UI", uid("study " + seed))
        .text(0x0020000E, "UI", uid("series" + seriesKey()))
        .text(0x00200010, "SH", "1")
        .text(0x00200011, "IS", "1")
        .text(0x00200012, "IS", "1")
        .text(0x00200013, "IS", Integer.toString(number))
        .text(0x00200032, "DS", vector(grid.toPatient(0, 0, z)))
        .text(
            0x00200037,
            "DS",
            vector(grid.stepX().normalized()) + "\\" + vector(grid.stepY().normalized()))
        .text(0x00200052, "UI", uid("frame " + seed))
        .text(0x00201040, "LO", "")
        .us(0x00280002, 1)
        .text(0x00280004, "CS", "MONOCHROME2")
        .us(0x00280010, grid.ny())
        .us(0x00280011, grid.nx())
        .text(0x00280030, "DS", decimal(grid.spacingMm(1)) + "\\" + decimal(grid.spacingMm(0)))
        .us(0x00280100, 16)
        .us(0x00280101, 12)
        .us(0x00280102, 11)
        .us(0x00280103, 0)
        .text(0x00281050, "DS", "40")
        .text(0x00281051, "DS", "400")
        .text(0x00281052, "DS", Integer.toString(INTERCEPT))
        .text(0x00281053, "DS", "1")
        .text(0x00281054, "LO", "HU")
        .bytes(0x7FE00010, "OW", pixels(hu))
        .toBytes();
  }

  private static byte[] pixels(float[] hu) {
    byte[] bytes = new byte[2 * hu.length];
    for (int i = 0; i < hu.length; i++) {
      int stored = Math.max(0, Math.min(LARGEST_STORED, Math.round(hu[i]) - INTERCEPT));
      bytes[2 * i] = (byte) stored;
      bytes[2 * i + 1] = (byte) (stored >>> 8);
    }
    return bytes;
  }

  /** What tells the series of one patient apart. */
  private String seriesKey() {
    return " " + seed + finding + " " + ct.grid() + " " + layout;
  }

  /** A UID made from a UUID (DICOM PS3.5 B.2) that is made from a name. */
  private static String uid(String name) {
    UUID uuid =
        UUID.nameUUIDFromBytes(("pancreas phantom " + name).getBytes(StandardCharsets.UTF_8));
    byte[] bits =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    return "2.25." + new BigInteger(1, bits);
  }

  private static String vector(Vector3 v) {
    return decimal(v.x()) + "\\" + decimal(v.y()) + "\\" + decimal(v.z());
  }

  /** A decimal string of at most 16 characters (DICOM PS3.5 6.2). */
  private static String decimal(double value) {
    String text = String.format(Locale.ROOT, "%.10f", value);
    if (text.length() > 16) {
      text = text.substring(0, 16);
    }
    text = text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    return text.equals("-0") ? "0" : text;
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.getLogger(PhantomWriter.class.getName())
          .log(System.Logger.Level.WARNING, "left behind: " + folder.getFileName());
    }
  }
}
