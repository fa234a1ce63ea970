; The installer for Windows, for Inno Setup 6: for one person, without administrator rights. Not run by the project so far;
; tests/packages/test_descriptions.py reads it. The release workflow calls:
;   iscc /DVersion=1.2.3 /DSource=dist\desktop-chat /DIcon=build\icons\desktop-chat.ico packaging\windows\desktop-chat.iss

#ifndef Version
  #error Give the version: /DVersion=1.2.3
#endif
#ifndef Source
  #define Source "..\..\dist\desktop-chat"
#endif
#ifndef Icon
  #define Icon "..\..\build\icons\desktop-chat.ico"
#endif
#define Name "Desktop Chat"
#define AppUserModelId "io.github.desktop_chat.DesktopChat"

[Setup]
; Never changes: by it an update finds what is installed.
AppId={{6E1B1B0C-5E0B-4B57-9C9B-4C7C0D6B7A11}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher=Desktop Chat contributors
AppPublisherURL=https://github.com/desktop-chat/desktop-chat
AppSupportURL=https://github.com/desktop-chat/desktop-chat/issues
AppUpdatesURL=https://github.com/desktop-chat/desktop-chat/releases
VersionInfoVersion={#Version}
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
CloseApplications=yes
RestartApplications=yes
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
LicenseFile=..\..\LICENSE
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\desktop-chat.exe
UninstallDisplayName={#Name}
OutputDir=..\..\dist
OutputBaseFilename=desktop-chat-{#Version}-windows-x86_64-setup

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; What an earlier version had and this one does not must not be loaded. Data are elsewhere and are not touched.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\{#Name}"; Filename: "{app}\desktop-chat.exe"; AppUserModelID: "{#AppUserModelId}"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\desktop-chat.exe"; AppUserModelID: "{#AppUserModelId}"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\desktop-chat"; ValueType: string; ValueName: ""; ValueData: "URL:Desktop Chat"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\desktop-chat"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\desktop-chat\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\desktop-chat.exe,0"
Root: HKA; Subkey: "Software\Classes\desktop-chat\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\desktop-chat.exe"" -- ""%1"""

[Run]
Filename: "{app}\desktop-chat.exe"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent
