package ai.pancreas.internal.nativelib;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/** Tells JavaCPP how to make {@link Pancreas} from pancreas.h and which library it links. */
@Properties(
    value = @Platform(include = "pancreas.h", link = "pancreas"),
    target = "ai.pancreas.internal.nativelib",
    global = "ai.pancreas.internal.nativelib.Pancreas")
public class PancreasPreset implements InfoMapper {
  @Override
  public void map(InfoMap infoMap) {
    infoMap.put(new Info("PNC_API").cppTypes().annotations());
    infoMap.put(new Info("pnc_network").pointerTypes("NativeNetwork"));
  }
}
