package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TrainingCurvesTest {
  private static final String HEADER = "epoch,steps,loss,precision,recall,f1,seconds";

  /** Validated in epochs 2 and 4 of 4. */
  private static final List<String> FOUR =
      List.of("1,9,1.5,,,,2", "2,18,1.0,0.5,0.25,0.4,2", "3,27,0.5,,,,2", "4,36,0.25,1,0,0.75,2");

  @TempDir private Path folder;

  /**
   * Diagrams of 256 x 200 pixels from x = 48, 368 and 688, between y = 40 and 240; epochs 0 to 4
   * are 64 pixels apart; F1 is 200 pixels a unit. Losses end at 1.6, as steps of 0.2 are the first
   * round ones of which 8 reach 1.5; so 1 is 125 pixels.
   */
  @Test
  void pointsLieWhereTheyAreCalculatedByHand() throws Exception {
    Document svg = draw(training("one", FOUR));

    assertEquals("M176.00 160.00L304.00 90.00", path(svg, "one, F1"));
    assertEquals("M496.00 140.00L624.00 40.00", path(svg, "one, precision"));
    assertEquals("M496.00 190.00L624.00 240.00", path(svg, "one, recall"));
    assertEquals("M752.00 52.50L816.00 115.00L880.00 177.50L944.00 208.75", path(svg, "one, loss"));
    Element best = titled(svg, "one, best F1 0.7500 in epoch 4 of 4");
    assertEquals("304.00", best.getAttribute("cx"));
    assertEquals("90.00", best.getAttribute("cy"));
  }

  @Test
  void trainingsShareTheAxesAndHaveColoursOfTheirOwn() throws Exception {
    Document svg =
        draw(training("one", FOUR), training("two", List.of("1,9,3,0.1,0.1,0.1,2", "2,9,2,,,,2")));

    // Losses now end at 3 = 66.67 pixels a unit.
    assertEquals("M752.00 40.00L816.00 106.67", path(svg, "two, loss"));
    assertEquals(
        "M752.00 140.00L816.00 173.33L880.00 206.67L944.00 223.33", path(svg, "one, loss"));
    String one = titled(svg, "one, F1").getAttribute("stroke");
    assertEquals(one, titled(svg, "one, loss").getAttribute("stroke"));
    assertFalse(one.equals(titled(svg, "two, loss").getAttribute("stroke")));
    assertTrue(texts(svg).contains("one" + "best F1 0.7500 in epoch 4 of 4"), texts(svg)::toString);
    assertTrue(texts(svg).contains("two" + "best F1 0.1000 in epoch 1 of 2"), texts(svg)::toString);
  }

  @Test
  void ofEqualValidationsTheFirstIsBest() throws Exception {
    Document svg =
        draw(training("one", List.of("1,9,3,0,0,0.5,2", "2,9,2,1,1,0.5,2", "3,9,2,1,1,0.4,2")));

    assertEquals("circle", titled(svg, "one, best F1 0.5000 in epoch 1 of 3").getTagName());
  }

  /** As where a classifier called nobody positive: there is no precision, but a recall. */
  @Test
  void whatIsNotDefinedIsLeftOut() throws Exception {
    Document svg =
        draw(training("one", List.of("1,9,1,,0,,2", "2,9,1,0.5,0.5,0.5,2", "3,9,1,1,0.25,0.4,2")));

    assertEquals("M538.67 140.00L624.00 40.00", path(svg, "one, precision"));
    assertEquals("M453.33 240.00L538.67 140.00L624.00 190.00", path(svg, "one, recall"));
    assertEquals("circle", titled(svg, "one, best F1 0.5000 in epoch 2 of 3").getTagName());
  }

  @Test
  void aSingleEpochIsADot() throws Exception {
    Document svg = draw(training("one", List.of("1,9,0.8,0.5,0.25,0.4,2")));

    Element loss = titled(svg, "one, loss");
    assertEquals("circle", loss.getTagName());
    assertEquals("944.00", loss.getAttribute("cx"));
    assertEquals("40.00", loss.getAttribute("cy"));
  }

  @Test
  void withoutValidationThePictureSaysSo() throws Exception {
    Document svg = draw(training("one", List.of("1,9,0.8,,,,2", "2,9,0.7,,,,2")));

    assertEquals(2, texts(svg).stream().filter("no validation yet"::equals).count());
    assertTrue(texts(svg).contains("oneno validation up to epoch 2"), texts(svg)::toString);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "such names cannot be there")
  void anyNameOfAFolderIsWellFormed() throws Exception {
    String name = "<b a='1' c=\"2\">&amp;]]>\u0001\t\u00e9";
    Document svg = draw(training(name, FOUR));

    String shown = name.replace('\u0001', '\ufffd').replace('\t', '\ufffd');
    assertEquals("path", titled(svg, shown + ", F1").getTagName());
    assertTrue(texts(svg).stream().anyMatch(text -> text.startsWith(shown)));
  }

  @Test
  void theMiddleOfALongNameIsLeftOutBelow() throws Exception {
    Document svg = draw(training("a".repeat(50) + "b".repeat(50), FOUR));

    String shown = "a".repeat(30) + "\u2026" + "b".repeat(30) + "best";
    assertTrue(texts(svg).stream().anyMatch(text -> text.startsWith(shown)));
  }

  @Test
  void thePictureNeedsNothingElseAndIsOnWhite() throws Exception {
    Document svg = draw(training("one", FOUR));

    Element background = (Element) svg.getElementsByTagName("rect").item(0);
    assertEquals("#FFFFFF", background.getAttribute("fill"));
    assertEquals(svg.getDocumentElement().getAttribute("width"), background.getAttribute("width"));
    for (String name : List.of("script", "style", "image", "use", "a")) {
      assertEquals(0, svg.getElementsByTagName(name).getLength(), name);
    }
  }

  @Test
  void theSameLogsMakeTheSameBytesAndReplaceAPicture() throws IOException {
    Path log = training("one", FOUR);
    Path first = folder.resolve("first.svg");
    Path second = Files.writeString(folder.resolve("second.SVG"), "an older picture");

    TrainingCurves.read(List.of(log)).write(first);
    TrainingCurves.read(List.of(log)).write(second);

    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void linesMayEndAsOnWindows() throws IOException {
    Path unix = training("one", FOUR);
    String expected = TrainingCurves.read(List.of(unix)).svg();
    Path log = unix.resolve("log.csv");
    Files.writeString(log, Files.readString(log).replace("\n", "\r\n"));

    assertEquals(expected, TrainingCurves.read(List.of(unix)).svg());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,9,1.5,,,|6 columns instead of 7",
        "1,9,1.5,,,,2,3|8 columns instead of 7",
        "x,9,1.5,,,,2|epoch",
        "0,9,1.5,,,,2|epoch",
        "1.5,9,1.5,,,,2|epoch",
        "1e10,9,1.5,,,,2|epoch",
        "1,9,,,,,2|loss",
        "1,9,NaN,,,,2|loss",
        "1,9,-Infinity,,,,2|loss",
        "1,9,1e41,,,,2|loss",
        "1,9,1.5,0.5,x,0.5,2|recall",
        "1,9,1.5,1.5,0.5,0.5,2|precision",
        "1,9,1.5,0.5,0.5,-0.1,2|f1",
      })
  void aDamagedLineIsNamed(String line, String word) throws IOException {
    PancreasException error = refused(training("one", List.of(line)));

    assertEquals(ErrorCode.BAD_DATA, error.code());
    assertTrue(error.getMessage().contains("log.csv is damaged: line 2: "), error.getMessage());
    assertTrue(error.getMessage().contains(word), error.getMessage());
  }

  @Test
  void epochsMustFollowEachOther() throws IOException {
    PancreasException error =
        refused(training("one", List.of("1,9,1,,,,2", "3,9,1,,,,2", "3,9,1,,,,2")));

    assertEquals(ErrorCode.BAD_DATA, error.code());
    assertTrue(error.getMessage().contains("line 4: the epoch"), error.getMessage());
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    Path log = training("one", FOUR).resolve("log.csv");
    Files.writeString(log, Files.readString(log).replace("recall", "other"));

    PancreasException error = refused(log.getParent());

    assertEquals(ErrorCode.BAD_DATA, error.code());
    assertTrue(error.getMessage().contains("column recall"), error.getMessage());
  }

  @Test
  void whatIsNoTextIsNoLog() throws IOException {
    Path log = training("one", FOUR).resolve("log.csv");
    Files.write(log, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertEquals(ErrorCode.BAD_DATA, refused(log.getParent()).code());

    Files.write(log, new byte[0]);
    assertEquals(ErrorCode.BAD_DATA, refused(log.getParent()).code());
  }

  @Test
  void aFolderWithoutALogAndALogWithoutAnEpochAreRefused() throws IOException {
    PancreasException missing = refused(Files.createDirectory(folder.resolve("empty")));
    assertEquals(ErrorCode.USAGE, missing.code());
    assertTrue(missing.getMessage().contains("holds no log.csv"), missing.getMessage());

    PancreasException early = refused(training("early", List.of()));
    assertEquals(ErrorCode.USAGE, early.code());
    assertTrue(early.getMessage().contains("no epoch yet"), early.getMessage());
  }

  @Test
  void equalNamesAndTooManyTrainingsAreRefused() throws IOException {
    PancreasException equal = refused(training("one", FOUR), training("other/one", FOUR));
    assertEquals(ErrorCode.USAGE, equal.code());
    assertTrue(equal.getMessage().contains("called one"), equal.getMessage());

    List<Path> many = new ArrayList<>();
    for (int i = 0; i < TrainingCurves.MOST_TRAININGS; i++) {
      many.add(training("t" + i, FOUR));
    }
    String svg = TrainingCurves.read(many).svg();
    CurvesDrawing.COLOURS.forEach(colour -> assertTrue(svg.contains(colour), colour));
    assertEquals(TrainingCurves.MOST_TRAININGS, CurvesDrawing.COLOURS.size());
    many.add(training("more", FOUR));
    assertEquals(ErrorCode.USAGE, refused(many.toArray(Path[]::new)).code());
    assertEquals(ErrorCode.USAGE, refused().code());
  }

  @Test
  void aLogIsNotOverwritten() throws IOException {
    Path training = training("one", FOUR);
    byte[] before = Files.readAllBytes(training.resolve("log.csv"));
    TrainingCurves curves = TrainingCurves.read(List.of(training));

    PancreasException error =
        assertThrows(PancreasException.class, () -> curves.write(training.resolve("log.csv")));

    assertEquals(ErrorCode.USAGE, error.code());
    assertArrayEquals(before, Files.readAllBytes(training.resolve("log.csv")));
  }

  private Path training(String name, List<String> lines) throws IOException {
    Path training = Files.createDirectories(folder.resolve(name));
    List<String> log = new ArrayList<>(List.of(HEADER));
    log.addAll(lines);
    Files.writeString(training.resolve("log.csv"), String.join("\n", log) + "\n");
    return training;
  }

  private static PancreasException refused(Path... trainings) {
    return assertThrows(
        PancreasException.class, () -> TrainingCurves.read(List.of(trainings)).svg());
  }

  private Document draw(Path... trainings) throws Exception {
    Path file = folder.resolve("curves.svg");
    TrainingCurves.read(List.of(trainings)).write(file);
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static String path(Document svg, String title) {
    return titled(svg, title).getAttribute("d");
  }

  /** The one element with this title. */
  private static Element titled(Document svg, String title) {
    List<Element> found =
        elements(svg, "title").stream().filter(e -> e.getTextContent().equals(title)).toList();
    assertEquals(1, found.size(), title);
    return (Element) found.get(0).getParentNode();
  }

  private static List<String> texts(Document svg) {
    return elements(svg, "text").stream().map(Element::getTextContent).toList();
  }

  private static List<Element> elements(Document svg, String name) {
    NodeList nodes = svg.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }
}
