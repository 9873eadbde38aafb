package ai.pancreas.report;

import java.util.Locale;

/** An SVG document, line by line. */
final class SvgText {
  private final StringBuilder text = new StringBuilder();

  /**
   * Adds a line. Texts that come from outside must be {@link #escape escaped}.
   *
   * @param format as of {@link String#format}, in no language
   */
  SvgText add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
    return this;
  }

  /**
   * A text as it may stand in an element or an attribute. What XML cannot hold becomes U+FFFD (XML
   * 1.0, 2.2).
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isXml(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean isXml(int c) {
    return c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
