package ai.pancreas.dicom;

import ai.pancreas.volume.Vector3;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Makes sense of a header: is it a CT, and what does it say of its slices. */
final class CtImageParser {
  /** CT, Enhanced CT and Legacy Converted Enhanced CT Image Storage (PS3.4 B.5). */
  private static final Set<String> CT_SOP_CLASSES =
      Set.of(
          "1.2.840.10008.5.1.4.1.1.2",
          "1.2.840.10008.5.1.4.1.1.2.1",
          "1.2.840.10008.5.1.4.1.1.2.2");

  private static final String CT = "CT";
  private static final String LOCALIZER = "localizer";
  private static final double UNIT_TOLERANCE = 0.01;
  private static final double AIR_HU = -500;
  private static final double MAX_POSITION_MM = 1e6;
  private static final int MAX_FRAMES = 100_000;

  private final DicomSource source;
  private final Header header;
  private final DataSet data;
  private final Set<String> warnings = new TreeSet<>();

  private CtImageParser(DicomSource source, Header header) {
    this.source = source;
    this.header = header;
    this.data = header.data();
  }

  /**
   * What kind of object a data set is, in a word for people: {@code CT} for slices of a CT, else a
   * modality or something like it.
   */
  static String kind(DataSet data) {
    String modality = data.text(Tag.MODALITY).orElse("");
    String sopClass =
        data.text(Tag.SOP_CLASS_UID)
            .or(() -> data.text(Tag.MEDIA_STORAGE_SOP_CLASS_UID))
            .orElse("");
    if (!modality.isEmpty() && !modality.equals(CT)) {
      return modality.matches("[A-Z0-9_]{1,16}") ? modality : "other";
    }
    if (!sopClass.isEmpty() && !CT_SOP_CLASSES.contains(sopClass)) {
      return modality.isEmpty() ? "other" : "derived from a CT";
    }
    if (modality.isEmpty() && sopClass.isEmpty() && !looksLikeCt(data)) {
      return "unknown";
    }
    return isLocalizer(data) ? LOCALIZER : CT;
  }

  /** Whether a kind stands for slices of a CT. */
  static boolean isCt(String kind) {
    return kind.equals(CT);
  }

  /** Whether enough is known of a data set to say that it is no CT. */
  static boolean isOtherThanCt(DataSet data) {
    String kind = kind(data);
    return !kind.equals(CT) && !kind.equals("unknown");
  }

  private static boolean looksLikeCt(DataSet data) {
    try {
      double[] intercept = data.decimals(Tag.RESCALE_INTERCEPT);
      return intercept.length == 1
          && intercept[0] <= AIR_HU
          && data.text(Tag.IMAGE_POSITION).isPresent()
          && data.text(Tag.IMAGE_ORIENTATION).isPresent()
          && data.text(Tag.PIXEL_SPACING).isPresent();
    } catch (DicomFormatException e) {
      return false;
    }
  }

  private static boolean isLocalizer(DataSet data) {
    if (data.texts(Tag.IMAGE_TYPE).contains("LOCALIZER")) {
      return true;
    }
    return data.items(Tag.SHARED_FUNCTIONAL_GROUPS_SEQUENCE).stream()
        .flatMap(group -> group.items(Tag.CT_IMAGE_FRAME_TYPE_SEQUENCE).stream())
        .anyMatch(type -> type.texts(Tag.FRAME_TYPE).contains("LOCALIZER"));
  }

  /** Reads what a header of kind CT says. */
  static CtImage parse(DicomSource source, Header header) throws DicomFormatException {
    return new CtImageParser(source, header).parse();
  }

  private CtImage parse() throws DicomFormatException {
    TransferSyntax syntax =
        TransferSyntax.of(header.transferSyntaxUid())
            .orElseThrow(
                () -> new DicomFormatException(TransferSyntax.refusal(header.transferSyntaxUid())));
    if (header.realNumbers()) {
      throw new DicomFormatException("floating point pixels are not supported");
    }
    PixelData pixels =
        header.pixels().orElseThrow(() -> new DicomFormatException("there are no pixels"));
    PixelFormat format = PixelFormat.of(data);
    if (pixels instanceof PixelData.Encapsulated && format.highBit() != format.bitsStored() - 1) {
      throw new DicomFormatException(
          "compressed pixels with high bit " + format.highBit() + " are not supported");
    }
    int count = data.wholeNumber(Tag.NUMBER_OF_FRAMES).orElse(1);
    if (count < 1 || count > MAX_FRAMES) {
      throw new DicomFormatException(count + " frames are not supported");
    }
    if (!data.items(Tag.MODALITY_LUT_SEQUENCE).isEmpty()) {
      throw new DicomFormatException("a modality look-up table is not supported");
    }
    warnOfLossAndLabels();
    List<List<PixelData.Fragment>> bytes = FrameLocator.locate(pixels, syntax, format, count);
    return new CtImage(
        source,
        seriesKey(source, data),
        data.text(Tag.MODALITY).orElse(""),
        data.texts(Tag.IMAGE_TYPE).contains("ORIGINAL"),
        syntax,
        header.deflatedFrom(),
        format,
        syntax.bigEndian()
            && format.bitsAllocated() == Byte.SIZE
            && pixels instanceof PixelData.Native plain
            && plain.words(),
        frames(format, bytes),
        Set.copyOf(warnings));
  }

  private void warnOfLossAndLabels() {
    if (data.text(Tag.LOSSY_IMAGE_COMPRESSION).orElse("").equals("01")) {
      warnings.add("the images were compressed with loss");
    }
    if (data.text(Tag.MODALITY).isEmpty()) {
      warnings.add("the modality is missing; taken as CT");
    }
  }

  private List<CtFrame> frames(PixelFormat format, List<List<PixelData.Fragment>> bytes)
      throws DicomFormatException {
    List<DataSet> perFrame = data.items(Tag.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    List<DataSet> shared = data.items(Tag.SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    boolean enhanced = !perFrame.isEmpty() || !shared.isEmpty();
    if (!enhanced && bytes.size() > 1) {
      throw new DicomFormatException("several frames without functional groups are not supported");
    }
    if (enhanced && perFrame.size() != bytes.size()) {
      throw new DicomFormatException(
          bytes.size() + " frames, but functional groups of " + perFrame.size());
    }
    List<CtFrame> frames = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      List<DataSet> scopes = new ArrayList<>();
      if (enhanced) {
        scopes.add(perFrame.get(i));
        scopes.addAll(shared);
      }
      frames.add(frame(i + 1, scopes, format, bytes.get(i)));
    }
    return List.copyOf(frames);
  }

  /** The item of a functional group of one frame, or the data set itself where there is none. */
  private DataSet group(List<DataSet> scopes, int sequence) {
    return scopes.stream()
        .flatMap(scope -> scope.items(sequence).stream())
        .findFirst()
        .orElse(data);
  }

  private CtFrame frame(
      int number, List<DataSet> scopes, PixelFormat format, List<PixelData.Fragment> bytes)
      throws DicomFormatException {
    double[] position =
        required(
            group(scopes, Tag.PLANE_POSITION_SEQUENCE),
            Tag.IMAGE_POSITION,
            3,
            "ImagePositionPatient");
    if (Arrays.stream(position).anyMatch(mm -> Math.abs(mm) > MAX_POSITION_MM)) {
      throw new DicomFormatException("ImagePositionPatient makes no sense");
    }
    double[] orientation =
        required(
            group(scopes, Tag.PLANE_ORIENTATION_SEQUENCE),
            Tag.IMAGE_ORIENTATION,
            6,
            "ImageOrientationPatient");
    Vector3 alongRow = new Vector3(orientation[0], orientation[1], orientation[2]);
    Vector3 alongColumn = new Vector3(orientation[3], orientation[4], orientation[5]);
    if (Math.abs(alongRow.norm() - 1) > UNIT_TOLERANCE
        || Math.abs(alongColumn.norm() - 1) > UNIT_TOLERANCE
        || Math.abs(alongRow.dot(alongColumn)) > UNIT_TOLERANCE) {
      throw new DicomFormatException(
          "ImageOrientationPatient does not hold two perpendicular unit vectors");
    }
    DataSet measures = group(scopes, Tag.PIXEL_MEASURES_SEQUENCE);
    double[] spacing = required(measures, Tag.PIXEL_SPACING, 2, "PixelSpacing");
    if (!isPlausibleMm(spacing[0]) || !isPlausibleMm(spacing[1])) {
      throw new DicomFormatException(
          String.format(
              Locale.ROOT, "PixelSpacing %s x %s mm makes no sense", spacing[0], spacing[1]));
    }
    DataSet transformation = group(scopes, Tag.PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
    double[] rescale = rescale(transformation);
    warnOfPadding(format, rescale);
    DataSet content = group(scopes, Tag.FRAME_CONTENT_SEQUENCE);
    return new CtFrame(
        number,
        new Vector3(position[0], position[1], position[2]),
        alongRow.normalized(),
        alongColumn.normalized(),
        spacing[1],
        spacing[0],
        sliceSpacing(measures),
        rescale[0],
        rescale[1],
        content.text(Tag.STACK_ID).orElse("")
            + "/"
            + content.int32(Tag.TEMPORAL_POSITION_INDEX).orElse(0),
        bytes);
  }

  private static double[] required(DataSet scope, int tag, int count, String name)
      throws DicomFormatException {
    double[] numbers = scope.decimals(tag);
    if (numbers.length == 0) {
      throw new DicomFormatException(name + " is missing");
    }
    if (numbers.length != count) {
      throw new DicomFormatException(
          name + " holds " + numbers.length + " numbers instead of " + count);
    }
    return numbers;
  }

  private static boolean isPlausibleMm(double spacing) {
    return spacing >= 1e-3 && spacing <= 1e3;
  }

  private static OptionalDouble sliceSpacing(DataSet measures) throws DicomFormatException {
    for (int tag : new int[] {Tag.SPACING_BETWEEN_SLICES, Tag.SLICE_THICKNESS}) {
      double[] value = measures.decimals(tag);
      if (value.length > 0 && isPlausibleMm(Math.abs(value[0]))) {
        return OptionalDouble.of(Math.abs(value[0]));
      }
    }
    return OptionalDouble.empty();
  }

  /** Slope and intercept. */
  private double[] rescale(DataSet transformation) throws DicomFormatException {
    double[] slope = transformation.decimals(Tag.RESCALE_SLOPE);
    double[] intercept = transformation.decimals(Tag.RESCALE_INTERCEPT);
    String type = transformation.text(Tag.RESCALE_TYPE).orElse("HU");
    if (!type.equals("HU") && !type.equals("US")) {
      warnings.add("the rescale type is not HU; the numbers are taken as HU all the same");
    }
    if (slope.length == 0 && intercept.length == 0) {
      warnings.add("there is no rescale slope and intercept; stored numbers are taken as HU");
      return new double[] {1, 0};
    }
    if (slope.length != 1 || intercept.length != 1) {
      throw new DicomFormatException("RescaleSlope and RescaleIntercept must be one number each");
    }
    if (slope[0] == 0 || Math.abs(slope[0]) > 1e6 || Math.abs(intercept[0]) > 1e9) {
      throw new DicomFormatException("RescaleSlope or RescaleIntercept makes no sense");
    }
    return new double[] {slope[0], intercept[0]};
  }

  private void warnOfPadding(PixelFormat format, double[] rescale) {
    OptionalInt padding = data.uint16(Tag.PIXEL_PADDING_VALUE);
    if (padding.isEmpty()) {
      return;
    }
    int stored = format.signed() ? (short) padding.getAsInt() : padding.getAsInt();
    double hu = rescale[0] * stored + rescale[1];
    if (hu > AIR_HU) {
      warnings.add(
          String.format(
              Locale.ROOT, "pixels outside of the scanned circle are padded with %.0f HU", hu));
    }
  }

  /** The SeriesInstanceUID, or a stable key of what else tells series apart. */
  private static String seriesKey(DicomSource source, DataSet data) {
    return uid(data).orElseGet(() -> synthesizedKey(source, data));
  }

  /** The SeriesInstanceUID if it can be one. */
  static Optional<String> uid(DataSet data) {
    return data.text(Tag.SERIES_INSTANCE_UID).filter(uid -> uid.matches("[0-9.]{1,64}"));
  }

  private static String synthesizedKey(DicomSource source, DataSet data) {
    String parts =
        String.join(
            "|",
            source.folder(),
            data.text(Tag.FRAME_OF_REFERENCE_UID).orElse(""),
            data.text(Tag.SERIES_NUMBER).orElse(""),
            data.text(Tag.CONVOLUTION_KERNEL).orElse(""),
            roundedOrientation(data),
            data.uint16(Tag.ROWS).orElse(0) + "x" + data.uint16(Tag.COLUMNS).orElse(0),
            data.text(Tag.PIXEL_SPACING).orElse(""));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(parts.getBytes(StandardCharsets.UTF_8));
      return "no-uid-" + HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String roundedOrientation(DataSet data) {
    try {
      return Arrays.toString(
          Arrays.stream(data.decimals(Tag.IMAGE_ORIENTATION))
              .mapToLong(cosine -> Math.round(cosine * 100))
              .toArray());
    } catch (DicomFormatException e) {
      return "";
    }
  }
}
